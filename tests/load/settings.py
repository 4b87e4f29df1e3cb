"""The portal's settings for measuring: two plain views beside the pages, and a switch for what is kept of pages."""

import os

from portal.settings import *  # noqa: F403  These settings are the portal's but for what follows.

ROOT_URLCONF = "tests.load.addresses"
if os.environ.get("LOAD_KEEPS_NOTHING"):
    PAGES_KEPT_SECONDS = 0
