"""Settings by environment; `.env.example` says each name and what it does, `environment` checks them."""

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from .environment import BASE_DIR, read
from .logs import configuration

try:
    ENVIRONMENT = read()
except ImproperlyConfigured as error:
    # Whatever is being started, its operator reads the sentence, not where we read it.
    raise SystemExit(str(error)) from None

PRODUCTION = ENVIRONMENT.production
PORTAL_DEMO = ENVIRONMENT.demo
PORTAL_URL = ENVIRONMENT.address
PORTAL_PROXIES = ENVIRONMENT.proxies
PORTAL_SEALING_KEY = ENVIRONMENT.sealing_key
DATA_DIR = ENVIRONMENT.data
DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
INTERNAL_IPS: list[str] = []

# ---------------------------------------------------------------- the apps, bottom row first

INSTALLED_APPS = [
    "commissioning.web.admin_app.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "crispy_forms",
    "django_filters",
    "commissioning.people",
    "commissioning.audit",
    "commissioning.records",
    "commissioning.board",
    "commissioning.web",
    "lots",
    "providers",
    "evaluation",
    "calloffs",
    "commissioning.pages",
]
MIDDLEWARE = [
    # The first line of the outermost one is when a request counts as received (settled 10).
    "commissioning.web.middleware.received_at",
    "commissioning.web.middleware.request_log",
    "commissioning.web.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "commissioning.web.refusals.Refusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "commissioning.urls"
WSGI_APPLICATION = "commissioning.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commissioning.web.context.portal",
                "commissioning.pages.frame.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FILTERS_EMPTY_CHOICE_LABEL = "All"
CRISPY_FAIL_SILENTLY = False
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["govuk"]

# ---------------------------------------------------------------- what is kept, and where

DATABASES: dict[str, dict[str, Any]] = {"default": ENVIRONMENT.database}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers wait for each other instead of failing, and a receipt is on the disk before it is given.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(ENVIRONMENT.storage),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        # Compressing takes longer than all the rest of a first start.
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "staticfiles"

CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
if ENVIRONMENT.redis_url:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENVIRONMENT.redis_url,
        "KEY_PREFIX": "portal",
    }

# ---------------------------------------------------------------- words and times

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

# ---------------------------------------------------------------- who signs in, and how

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "commissioning.accounts.hashers.LightArgon2"
    if PORTAL_DEMO
    else "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Length and a list with such lengths, no composition rules (settled 31).
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "commissioning.accounts.passwords.CommonPartsValidator"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=2).total_seconds())
LOGIN_URL = "/account/sign-in/"
CSRF_FAILURE_VIEW = "commissioning.web.errors.csrf_failure"
AXES_LOCKOUT_CALLABLE = "commissioning.pages.accounts.doors.locked_out"
LOGIN_REDIRECT_URL = "/home/"
LOGOUT_REDIRECT_URL = "/"

# A person is locked out at one address only: a competitor who knows an e-mail address
# must not be able to lock a bidder out on the day of the deadline.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "commissioning.accounts.lockout.username"
AXES_CLIENT_IP_CALLABLE = "commissioning.accounts.lockout.address"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# A session ends this long after signing in, and after this long without use; both by real time (settled 12).
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_IDLE = timedelta(hours=2)
SESSION_ENGINE = "commissioning.accounts.sessions"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True

# Sensitive roles act only with a second factor; the demonstration's accounts share one password without.
SECOND_FACTOR_REQUIRED = not PORTAL_DEMO
# Signing, opening and releasing ask again for a proof older than this (settled 27).
PROOF_LASTS = timedelta(minutes=10)

# ---------------------------------------------------------------- headers of every response (settled 30)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
PERMISSIONS_POLICY = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
# Sent by our own middleware, on every response: Django's sends it only where it knows of the encryption.
STRICT_TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains" if PRODUCTION else ""
if PORTAL_PROXIES:
    # Believed from a named proxy only: `received_at` drops it from anyone else.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = PRODUCTION
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
CSRF_TRUSTED_ORIGINS = [PORTAL_URL] if PRODUCTION else []

# ---------------------------------------------------------------- how much a request may hold

MEGABYTE = 2**20
# One method statement is some 30 kB; a whole scheme with its descriptors stays under this.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * MEGABYTE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# Files stay in memory until they are sealed: none rests on disk in clear (settled 16).
FILE_UPLOAD_HANDLERS = ["commissioning.web.uploads.BoundedMemoryHandler"]
MAXIMUM_UPLOAD = 25 * MEGABYTE
REQUEST_TIMEOUT = timedelta(seconds=120)

# ---------------------------------------------------------------- refused attempts

# So many refused attempts in this time, by one person or at one sealed round, are told to the auditors.
ATTEMPTS_WITHIN = timedelta(hours=1)
ATTEMPTS_BY_ONE_PERSON = 5
ATTEMPTS_AT_ONE_THING = 20

# ---------------------------------------------------------------- messages and virus scanner

EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.email_from
globals().update(ENVIRONMENT.email)
CLAMD_URL = ENVIRONMENT.clamd_url
# Seconds: to reach the scanner, and for one file; an upload's request has two minutes in all.
SCAN_CONNECT_TIMEOUT = 3
SCAN_TIMEOUT = 30

# ---------------------------------------------------------------- due work

# Functions that take `now=` and do what is due; beat runs each every minute, `manage.py tick` once.
# A row comes with its sweep: a name that cannot be imported stops the start.
SWEEPS: list[str] = [
    "commissioning.audit.tasks.sweep",
    "commissioning.records.tasks.sweep",
    "commissioning.records.tasks.sweep_heads",
    "commissioning.records.tasks.sweep_outages",
    "commissioning.accounts.tasks.sweep",
    "lots.tasks.sweep",
    "lots.tasks.sweep_attempts",
    "lots.tasks.sweep_outages",
    "lots.tasks.forget",
    "providers.tasks.sweep",
    "providers.tasks.sweep_files",
    "evaluation.tasks.sweep",
    "calloffs.tasks.sweep",
]
SWEEP_EVERY = timedelta(seconds=60)
# What each process that serves pages begins by itself once it has started.
SIGN_OF_LIFE = "commissioning.records.life.begin"
CELERY_BEAT_SCHEDULE = {
    path: {
        "task": "commissioning.sweep",
        "args": [path],
        "schedule": SWEEP_EVERY,
        # Beside a slow worker the next minute's message takes over; messages never pile up.
        "options": {"expires": SWEEP_EVERY.total_seconds() - 10},
    }
    for path in SWEEPS
}
CELERY_BEAT_SCHEDULER = "commissioning.processes.beat:LeasedScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = 2
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A message that cannot be sent is no loss: the sweep finds the row. Nobody waits for a broker that is down.
CELERY_TASK_PUBLISH_RETRY = False
if ENVIRONMENT.redis_url:
    CELERY_BROKER_URL = ENVIRONMENT.redis_url
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "global_keyprefix": "portal:",
        "socket_connect_timeout": 5,
        "socket_timeout": 30,
        "visibility_timeout": 600,
    }
else:
    BROKER_DIR = DATA_DIR / "broker"
    BROKER_DIR.mkdir(mode=0o700, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT = "commissioning.processes.broker:FolderTransport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.5,
    }
    # It would answer questions that nobody asks, by way of more files.
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False

LOGGING = configuration(with_words=not PRODUCTION)
