"""The staff panel: what needs a person, and the one thing to do about it.

Answers: which requests wait, which mails failed, which feeds are silent. Reads every feature. Writes through their
actions, with the member of staff as the actor. Nobody comes next. Templates: templates/staff. Styles:
static/css/features/staff.css. Tests: tests/bookings/staff. Folders of its own: people (the team), audit, requests,
customers, outbox, personal_data, booking_links, today, upstream. Files of its own: pages (what each page has in
common), limits (which sites a member sees), moments (a story's), csv_files, registration_views, metrics.
"""
