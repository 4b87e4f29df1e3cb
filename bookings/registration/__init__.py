"""A company registers, in short steps, on its way to a booking or an office.

Answers: what is still to be filled in, and what the upstream made of it. Reads booking requests, rooms, proofs. Writes
registrations and their history, mails (through mail), moves the linked request, and sends to the Workways client
exactly once. staff comes next.
Templates: templates/registration. Styles: static/css/features/registration.css. Tests: tests/bookings/registration.
Files of its own: companies, notices, pages, showing, sending, settling, link_views.
"""
