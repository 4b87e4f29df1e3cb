"""The mirror of the rooms' calendars: busy time only.

Answers: when is this room busy, and how old is that knowledge. Reads one calendar per room from the Workways client.
Writes busy spans (start, end, UID and nothing else), the feed's health, its rejected events. availability comes next.
Tests: tests/bookings/feeds. Files of its own: parse (bytes in, busy time out) over text, components, fast, values,
tzids, recurrence and expand; readings (what they speak in); schedule (when to read again).
"""
