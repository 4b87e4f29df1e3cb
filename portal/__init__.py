"""The shell: configuration, wiring, and everything that speaks to the outside.

`settings.py` reads the environment, `urls.py` mounts the features, `celery.py` holds the timetable, `clock.py` is the
only place that asks what time it is. `workways/` is the typed client, `embedded/` the Workways API we serve ourselves,
`http/` the rules of every outbound request.
"""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
