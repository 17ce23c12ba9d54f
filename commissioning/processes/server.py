"""How gunicorn serves the portal; used by `./portal run`, the container and production alike.

`gunicorn --config python:commissioning.processes.server commissioning.wsgi:application`
"""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from commissioning.settings import ENVIRONMENT
from commissioning.settings.environment import THIS_MACHINE
from commissioning.settings.logs import configuration

_HOST = "0.0.0.0" if ENVIRONMENT.production else "127.0.0.1"  # noqa: S104 - behind production's proxy
bind = f"{_HOST}:{ENVIRONMENT.port}"
# SQLite has one writer, and one process's threads wait for it in turn.
workers = 3 if ENVIRONMENT.production else 1
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 20
keepalive = 5
# Nothing is written outside the data folder: neither heartbeats nor a control socket in the home folder.
worker_tmp_dir = str(ENVIRONMENT.data)
control_socket_disable = True
# Which proxy to believe is decided in one place, our own middleware (PORTAL_PROXIES).
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
logconfig_dict = configuration(with_words=not ENVIRONMENT.production) | {
    "loggers": {
        "gunicorn.error": {"handlers": [], "propagate": True},
        # It would write every visitor's address; our own line a request holds none (settled 18).
        "gunicorn.access": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
    }
}


def on_starting(server: Any) -> None:
    """Refuse to serve a demonstration anywhere but on this machine, whatever was asked (settled 29)."""
    hosts = [address[0] if isinstance(address, tuple) else "" for address in server.cfg.address]
    if ENVIRONMENT.demo and any(host and host not in THIS_MACHINE and host != "::1" for host in hosts):
        raise SystemExit("PORTAL_DEMO=1 answers on this machine only: bind it to 127.0.0.1.")


def post_worker_init(worker: Any) -> None:
    """Let this process show each minute that it can save; the outage log rests on it (rulebook D17)."""
    import_string(settings.SIGN_OF_LIFE)()
