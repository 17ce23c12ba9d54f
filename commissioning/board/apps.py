from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "commissioning.board"
    label = "board"
