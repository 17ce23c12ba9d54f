from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "commissioning.pages"
    label = "pages"

    def ready(self) -> None:
        from commissioning.accounts import links
        from commissioning.celery import app
        from commissioning.pages import checks  # noqa: F401

        # The web process sends messages too: tasks must find this application, not Celery's default one.
        app.set_default()
        links.connect()
