"""The portal's settings with every logger at its most talkative, statements included, and nothing taken out."""

from portal.settings import *  # noqa: F403  These settings are the portal's but for what follows.

DEBUG = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"all": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "all"}},
    "root": {"handlers": ["console"], "level": "DEBUG"},
    "loggers": {name: {"level": "DEBUG"} for name in ("django", "httpx", "httpcore", "celery", "kombu", "psycopg")},
}
