"""How the portal stands with Workways.

Answers: does each endpoint answer and how fast, how old is the catalog and each room's calendar, why can this slot not
be booked. Reads feeds, catalog, availability and the record of calls. Writes nothing of its own: calendars and catalog
are read anew through their features. Nobody comes next. Templates: templates/staff/upstream. Tests:
tests/bookings/staff/upstream. Files of its own: explain_views (one slot, rule by rule).
"""
