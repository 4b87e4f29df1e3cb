"""Personal data: what the portal knows of a person, to take along or to erase.

Answers: what is kept of an address, what erasing it would touch, and what stays. Reads every feature that keeps
something of guests. Writes over them by the data map (portal.data_map), on request or once they are old enough, with a
row in the audit that names nobody. The panel (bookings/staff/personal_data), the command `personal_data` and the
timetable act through it. Tests: tests/bookings/personal_data. Files of its own: guests and places (the map), retention,
exporting.
"""
