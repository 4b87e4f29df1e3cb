"""The portal's settings for measuring the API: two plain views beside it."""

from portal.settings import *  # noqa: F403  These settings are the portal's but for what follows.

ROOT_URLCONF = "tests.load.api_addresses"
