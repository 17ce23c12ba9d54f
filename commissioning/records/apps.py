from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "commissioning.records"
    label = "records"
