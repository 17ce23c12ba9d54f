from django.apps import AppConfig


class LotsConfig(AppConfig):
    name = "lots"

    def ready(self) -> None:
        from commissioning.accounts.links import connect
        from lots import links

        connect(links.KINDS)
