"""`/health/live` and `/health/ready`, for the machine that watches the portal."""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger("portal.health")


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer that the process runs; it looks at nothing else, since restarting it would mend nothing else."""
    return JsonResponse({"live": True})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, broker and file store work, else 503; the log alone says why one does not."""
    found = {name: _works(name, probe) for name, probe in PROBES.items()}
    return JsonResponse({"ready": all(found.values()), **found}, status=200 if all(found.values()) else 503)


def database_answers() -> None:
    """Read one row; raises what the database raises."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def broker_answers() -> None:
    """Reach the broker: Redis, or in the embedded default the folder; raises what it raises."""
    if settings.CELERY_BROKER_URL.startswith("redis"):
        import redis

        redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_connect_timeout=2, socket_timeout=2).ping()
    elif settings.CELERY_BROKER_URL.startswith("filesystem"):
        _write_in(settings.BROKER_DIR)


def storage_answers() -> None:
    """Write and remove a file where uploads are kept; raises what the file system raises."""
    if isinstance(default_storage, FileSystemStorage) or hasattr(default_storage, "location"):
        folder = Path(default_storage.location)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_in(folder)


PROBES: dict[str, Callable[[], None]] = {
    "database": database_answers,
    "broker": broker_answers,
    "storage": storage_answers,
}


def _write_in(folder: Path) -> None:
    with tempfile.NamedTemporaryFile(prefix=".health-", dir=folder) as probe:
        probe.write(b"well")


def _works(name: str, probe: Callable[[], None]) -> bool:
    try:
        probe()
    except Exception:  # any trouble at all is the answer
        log.exception("not ready", extra={"task": name})
        return False
    return True
