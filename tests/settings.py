"""The portal's own settings, with a data folder of the run's own and quick passwords."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_VAR = Path(__file__).resolve().parent.parent / "var" / "tests"


def _data_folder() -> Path:
    """Return this process's data folder: one a run, and within it one a worker of pytest-xdist."""
    run = os.environ.get("PORTAL_TEST_RUN")
    if run is None:
        _VAR.mkdir(parents=True, exist_ok=True)
        run = os.environ["PORTAL_TEST_RUN"] = tempfile.mkdtemp(prefix="run-", dir=_VAR)
        atexit.register(shutil.rmtree, run, ignore_errors=True)
    folder = Path(run) / os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder.mkdir(exist_ok=True)
    return folder


os.environ["PORTAL_DATA"] = str(_data_folder())
# As in a demonstration, so that services named by DATABASE_URL do not ask for a production's keys.
_DEMO = os.environ.get("PORTAL_DEMO")
os.environ["PORTAL_DEMO"] = "1"

from commissioning.settings import *  # noqa: E402, F403
from commissioning.settings import CACHES, DATA_DIR, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

if _DEMO is None:
    del os.environ["PORTAL_DEMO"]
else:
    os.environ["PORTAL_DEMO"] = _DEMO
PORTAL_DEMO = False
# What it asks of whom is one module's business; hundreds of tests act as people with sensitive roles.
SECOND_FACTOR_REQUIRED = False
# Argon2 is slow on purpose; tests sign in hundreds of people.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Whether every file is there under its hashed name is one test's business.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, since threads and write-ahead logging behave otherwise in memory.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    # No power cut is tested; waiting for the disk would only slow each commit.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
else:
    # Several runs may share one server.
    DATABASES["default"]["TEST"] = {"NAME": f"test_{DATA_DIR.parent.name.replace('-', '_')}"}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
if os.environ.get("REDIS_URL"):
    CACHES["default"]["KEY_PREFIX"] = str(DATA_DIR)
    CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": f"{DATA_DIR}:"}
else:
    CELERY_BROKER_URL = "memory://"
    CELERY_BROKER_TRANSPORT = "memory"
    CELERY_BROKER_TRANSPORT_OPTIONS = {}
