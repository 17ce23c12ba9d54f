"""Logs as one JSON object a line, without what would name a bidder (settled 18)."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

# What calls add by `extra=`; anything else a library adds may hold a name or an address.
FIELDS = ("method", "route", "status", "milliseconds", "request_id", "task", "process", "count")
# The address of somebody's calendar is a secret, and the only one that stands in a path.
SECRET_PATH = re.compile(r"/calendar/[^/\s]+\.ics")
# What a library quotes may hold them all the same: who applies or bids, and whom else we know.
NAMING = re.compile(r"\b(APP|BID|EV|INV|ORG|PER|REG)-[0-9A-Z]{5,}\b")
# Where providers write, submit and look at what they sent.
OWN_WORK = re.compile(r"applications/|.*/(bid|invitation)/")
NO_PAGE = "(no page)"


def route_of(request: Any) -> str:
    """Return what a log may say of where a request went: the page's pattern, never the address itself.

    Of writing, and of all of a provider's own work, it is the pattern's first piece alone: how often "submit"
    was answered would count the bidders before their opening, as their references would (settled 18).
    """
    match = getattr(request, "resolver_match", None)
    route = str(match.route) if match else NO_PAGE
    if match and (request.method not in ("GET", "HEAD") or OWN_WORK.match(route)):
        return f"{route.partition('/')[0]}/…"
    return route


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
            "message": _without_names(_message(record)),
        }
        line |= {name: _without_names(getattr(record, name)) for name in FIELDS if hasattr(record, name)}
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
            found["words"] = _without_names(str(error))
        if error.__cause__ is not None:
            found["cause"] = self._error(error.__cause__)
        return found


def _message(record: logging.LogRecord) -> str:
    request, data = getattr(record, "request", None), getattr(record, "data", None)
    if record.name == "celery.app.trace" and isinstance(data, dict):
        # Its own words quote the error, and with it the row that a database refused.
        return f"task {data.get('name')} failed"
    if record.name == "gunicorn.error" and str(record.msg).startswith("Error handling request"):
        return "Error handling request"
    said, path = record.getMessage(), getattr(request, "path", "/")
    return said.replace(path, route_of(request)) if len(path) > 1 else said


def _without_names(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return NAMING.sub(r"\1-…", SECRET_PATH.sub("/calendar/….ics", value))


def configuration(*, with_words: bool) -> dict[str, Any]:
    """Return Django's LOGGING: everything of level INFO and above to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonFormatter, "with_words": with_words}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "json"},
            # Without any handler at all Python writes warnings and errors itself, address and all.
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            # Django's own handlers write to the console in DEBUG and by e-mail to ADMINS; ours replace them.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # A refusal's address is in `portal.request`; this one would repeat it with the host's name.
            "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
            # What `runserver` writes of a request besides ours is its whole first line.
            "django.server": {"handlers": ["nowhere"], "propagate": False},
            "axes": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
            "weasyprint": {"level": "ERROR"},
            "kombu.connection": {"level": "ERROR"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
    }
