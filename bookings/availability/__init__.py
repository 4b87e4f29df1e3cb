"""When is this room free, and why not.

Answers: the slots of a day or week, whether one slot may be booked, which rooms fit a search, what else is near. Reads
rooms, busy spans and holds. Writes holds: one row per room and five minutes, unique. offers and requests come next.
Templates: templates/availability. Styles: static/css/features/availability.css. Tests: tests/bookings/availability.
Files of its own: search, masks (starts as bits), taken (the one statement), alternatives; rows (what calendars read);
hours, places and closings (with holiday_days and closing_actions), checks (each rule's answer), sentences, feed_file;
asked, blocks, cells, calendar, month and listing (as their templates draw them), ways.
"""
