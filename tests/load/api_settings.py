"""The portal's settings for measuring the API: two plain views beside it, and no line in the log for each refusal."""

from portal.settings import *  # noqa: F403  These settings are the portal's but for what follows.

ROOT_URLCONF = "tests.load.api_addresses"
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}  # noqa: F405  From the line above as well.
