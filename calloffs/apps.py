from django.apps import AppConfig


class CalloffsConfig(AppConfig):
    name = "calloffs"

    def ready(self) -> None:
        from calloffs.queries import competitions
        from evaluation import origins

        origins.register(competitions.origin_of)
