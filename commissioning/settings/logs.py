"""Logs as one JSON object a line, without what would name a bidder (settled 18)."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

# What calls add by `extra=`; anything else a library adds may hold a name or an address.
FIELDS = ("method", "path", "status", "milliseconds", "request_id", "task", "process", "count")
# The address of somebody's calendar is a secret, and the only one that stands in a path.
SECRET_PATH = re.compile(r"/calendar/[^/\s]+\.ics")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the known extra fields, the place of an error.

    An error's own words are left out unless `with_words`: a database quotes the row it refused.
    """

    def __init__(self, *, with_words: bool = False) -> None:
        super().__init__()
        self.with_words = with_words

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _without_secret(record.getMessage()),
        }
        line |= {name: _without_secret(getattr(record, name)) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = self._error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)

    def _error(self, error: BaseException) -> dict[str, Any]:
        frames = traceback.extract_tb(error.__traceback__)
        found: dict[str, Any] = {
            "type": f"{type(error).__module__}.{type(error).__qualname__}",
            "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-20:]],
        }
        if self.with_words:
            found["words"] = str(error)
        if error.__cause__ is not None:
            found["cause"] = self._error(error.__cause__)
        return found


def _without_secret(value: Any) -> Any:
    return SECRET_PATH.sub("/calendar/….ics", value) if isinstance(value, str) else value


def configuration(*, with_words: bool) -> dict[str, Any]:
    """Return Django's LOGGING: everything of level INFO and above to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonFormatter, "with_words": with_words}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            # Django's own handlers write to the console in DEBUG and by e-mail to ADMINS; ours replace them.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # A refusal's address is in `portal.request`; this one would repeat it with the host's name.
            "django.security.DisallowedHost": {"handlers": [], "level": "ERROR", "propagate": False},
            "axes": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
            "weasyprint": {"level": "ERROR"},
            "kombu.connection": {"level": "ERROR"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
    }
