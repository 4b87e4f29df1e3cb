"""A worker process for tests: `python -m tests.bookings.feeds.worker DATABASE INSTANT` reads what is due then.

Its environment names the upstream, and it prints how many calendars it tried.
"""

import os
import sys
from datetime import datetime


def main() -> None:
    """Reads until nothing is due."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django
    from django.conf import settings

    django.setup()
    from django.db import connection

    instant = datetime.fromisoformat(sys.argv[2])
    settings.CLOCK = lambda: instant
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
    from bookings.feeds import refreshing
    from portal.workways.connect import workways

    sys.stdout.write(f"{refreshing.refresh_due(client=workways())}\n")


if __name__ == "__main__":
    main()
