"""The outbox: every mail, whether it left, how it looks, and what each kind of mail says.

Answers: which mails there are, what the mail server said of each, what the templates make of invented data. Reads
bookings/mail. Writes through its actions: sent again, cancelled. Templates: templates/staff/outbox.
Tests: tests/bookings/staff/outbox. Files of its own: frames (a mail as a page of its own), gallery_views.
"""
