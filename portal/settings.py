"""The only settings module; everything an operator may change comes from the environment.

With nothing set the portal is a demo on this machine: SQLite, Celery's filesystem broker, the embedded Workways API,
mails readable at /staff/outbox/. A PORTAL_URL with a public host means a real installation, and then the start is
refused until its secrets are set.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from portal import env

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.boolean("DEBUG", False)
PORTAL_URL = env.web_address("PORTAL_URL") or "http://127.0.0.1:8000"
DATA_DIR = env.path("PORTAL_DATA_DIR", BASE_DIR / ".data")
IS_DEMO = env.is_loopback(PORTAL_URL)
IS_HTTPS = PORTAL_URL.startswith("https://")

_missing = [name for name in ("SECRET_KEY", "EMAIL_URL", "DEFAULT_FROM_EMAIL") if not env.text(name)]
if _missing and not (DEBUG or IS_DEMO):
    raise ImproperlyConfigured(
        f"PORTAL_URL is a public address ({PORTAL_URL}), so these must be set as well: {', '.join(_missing)}."
    )

DATA_DIR.mkdir(parents=True, exist_ok=True)


def _kept_secret(file: Path) -> str:
    """The demo's own secret, made at the first start and kept, so that links in mails survive a restart."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text()
    secret = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secret)
    return secret


SECRET_KEY = env.text("SECRET_KEY") or _kept_secret(DATA_DIR / "secret")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", [urlsplit(PORTAL_URL).hostname or "", *(["localhost", "127.0.0.1", "[::1]"] if IS_DEMO else [])]
)
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]

WORKWAYS_API_URL = env.web_address("WORKWAYS_API_URL", loopback_http_only=True)
WORKWAYS_API_TOKEN = env.text("WORKWAYS_API_TOKEN")
if bool(WORKWAYS_API_URL) != bool(WORKWAYS_API_TOKEN):
    _lacking = "WORKWAYS_API_TOKEN" if WORKWAYS_API_URL else "WORKWAYS_API_URL"
    raise ImproperlyConfigured(
        f"{_lacking} is missing. Set both WORKWAYS_API_URL and WORKWAYS_API_TOKEN to use a Workways account, "
        "or neither to use the embedded API."
    )
WORKWAYS_IS_EMBEDDED = not WORKWAYS_API_URL
# A transport handed in by tests, an httpx.BaseTransport; None means the one that the mode calls for.
WORKWAYS_TRANSPORT: Any = None
# What is told of each call to the Workways API once it is over: a function (portal.workways.observing.Report) -> None.
WORKWAYS_OBSERVER = "bookings.upstream_calls.recording.observe"
# For how many days each single call that served a booking, or changed something, is kept.
UPSTREAM_CALL_DAYS = env.whole_number("UPSTREAM_CALL_DAYS", 180, least=1, most=3650)
# What the API's document leaves to its server: may offices be booked like meeting rooms, do a room's shortest, longest
# and step bind its bookings, and does anybody see the calendars of rooms that aren't public?
EMBEDDED_BOOKS_OFFICES = env.boolean("EMBEDDED_BOOKS_OFFICES", True)
EMBEDDED_KEEPS_ROOM_LIMITS = env.boolean("EMBEDDED_KEEPS_ROOM_LIMITS", False)
EMBEDDED_TELLS_PRIVATE_CALENDARS = env.boolean("EMBEDDED_TELLS_PRIVATE_CALENDARS", False)
# Where the embedded API leaves its mails: a function (to, subject, text, html, language) -> None.
EMBEDDED_MAILER = "bookings.mail.actions.enqueue_from_workways"
# The module that finds, exports and erases a person in the embedded API's own tables (portal/embedded/erasing.py).
EMBEDDED_PEOPLE = "portal.embedded.erasing"
# What counts attempts to sign in to its account area: a function (request, email) -> None that raises when it's enough.
EMBEDDED_SIGN_IN_LIMIT = "bookings.links.limits.enforce_sign_in"
# What the marks of portal.access tell of each page of the panel that shows somebody's data: a function
# (request, subject, reference, is_export) -> None.
STAFF_VIEW_RECORDER = "bookings.audit.actions.record_view"
# The network that a request comes from, for the list of signed-in browsers: a function (request) -> str.
VISITOR_NETWORK = "bookings.links.limits.network_of"
# A function that answers instead of the system's clock, for tests.
CLOCK: Any = None

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "bookings",
    "portal.members",
    "portal.embedded",
]

MIDDLEWARE = [
    "portal.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bookings.figures.middleware.count_pages",
    "portal.kept_pages.kept_pages",
    "portal.middleware.Packing",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_ratelimit.middleware.RatelimitMiddleware",
    "portal.middleware.words_for_wrong_methods",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "portal.wording.SpeakingTemplates",
        "NAME": "jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "portal.templating.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "portal.templating.site_context",
            ],
        },
    },
]
FORM_RENDERER = "portal.widgets.QuickControls"

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Write-ahead logging lets pages read while a worker writes; immediate transactions make writers wait, not fail.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    )
    # Opening the file anew for each request costs more than most pages' queries.
    DATABASES["default"]["CONN_MAX_AGE"] = None
    # A file, because an SQLite database in memory can't be shared by the threads that race in tests.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
else:
    DATABASES["default"].setdefault("OPTIONS", {}).update(pool={"min_size": 1, "max_size": 8, "timeout": 10})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
if REDIS_URL:
    CACHES: dict[str, dict[str, Any]] = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
else:
    # Shared by the web and worker processes of one machine. Two counters written at once may lose a step, so the
    # rate limits are a little generous.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": DATA_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
            # Each step of a counter in files gives it this life anew, so it must be longer than any allowance's time.
            "TIMEOUT": 3_700,
        }
    }
# django-ratelimit warns of counters in files; ours are generous enough, and Redis makes them exact.
SILENCED_SYSTEM_CHECKS = [] if REDIS_URL else ["django_ratelimit.E003", "django_ratelimit.W001"]

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
if not REDIS_URL:
    _broker = DATA_DIR / "broker"
    for _folder in ("queue", "processed", "control"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "store_processed": False,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "bookings" / "locale"]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.static_storage.StaticStorage"},
}
# Until `collectstatic` has run, as in tests, files are served from where they are written.
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()
MEDIA_ROOT = DATA_DIR / "media"

_mail = env.mail_server("EMAIL_URL")
HAS_MAIL_SERVER = bool(_mail)
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = int(_mail.get("EMAIL_PORT") or 25)
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 10
# Without a mail server a mail is "sent" by staying readable in the outbox.
EMAIL_BACKEND = _mail.get("EMAIL_BACKEND") or "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL") or "Workways booking <booking@portal.example>"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# What an authenticator app calls this portal.
OTP_TOTP_ISSUER = urlsplit(PORTAL_URL).hostname
LOGIN_URL = "staff-login"
LOGIN_REDIRECT_URL = "staff-home"
LOGOUT_REDIRECT_URL = "home"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How long a page that is the same for everybody is kept in a web process; 0 keeps nothing.
PAGES_KEPT_SECONDS = 2
CSRF_FAILURE_VIEW = "bookings.catalog.views.forged"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
RATELIMIT_VIEW = "bookings.links.views.too_many"

LOG_FORMAT = env.choice("LOG_FORMAT", ("text", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"hide_tokens": {"()": "portal.logs.HideTokens"}},
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["hide_tokens"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # httpx logs whole addresses, which can hold an e-mail address; our client writes its own line without the query.
    "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
}

SENTRY_DSN = env.text("SENTRY_DSN")
if SENTRY_DSN:
    import sentry_sdk
    from sentry_sdk.integrations.httpx import HttpxIntegration

    from portal.logs import scrub_report

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        # Forms and the variables of a traceback hold what people typed: names, addresses, passwords.
        max_request_body_size="never",
        include_local_variables=False,
        before_send=scrub_report,
        # The integration would report outbound query strings, and those of user-info hold e-mail addresses.
        disabled_integrations=[HttpxIntegration()],
    )
