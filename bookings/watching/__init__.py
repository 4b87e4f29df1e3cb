"""Tells people when a time that was taken frees up: the first in line gets it offered for a quarter of an hour.

Answers: who waits for which time, whose turn it is. Reads the mirror's busy time and holds (through availability).
Writes watches, the hold of an offer, mails; a watcher who takes the time goes on as a booking request. finding comes
next. Templates: templates/watching. Tests: tests/bookings/watching. Files of its own: offering (the line moves on),
notices, showing, link_views.
"""
