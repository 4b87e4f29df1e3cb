"""The outbox: every mail is a row, written with the data it speaks of and sent by a worker.

Answers: which mails exist, what they say, whether they left. Reads typed contexts. Writes outbox rows, bodies sealed.
booking_requests, registration and the embedded API (through a setting) use it next; staff look at it.
Templates: templates/emails, one folder per mail. Tests: tests/bookings/mail.
Files of its own: messages, names, samples (invented data for each mail), rendering, sealing, calendar_file, sending.
"""
