"""The requests, as staff read and move them.

Answers: which requests there are, the whole story of one, and what a person can do about it. Reads and writes
bookings/booking_requests; each act leaves its row in the audit. Templates: templates/staff/requests. Tests:
tests/bookings/staff/requests. Files of its own: list_views (the list and its files), saved_views (views of it that
staff keep), act_views (what is done for a guest on the telephone), story, ics_files.
"""
