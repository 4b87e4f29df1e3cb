"""Booking links, as the team writes, sends and follows them.

Answers: which links there are and how each stands, what its mail will say. Reads invitations, rooms and their
calendars. Writes through bookings.inviting, with the member as the actor. Templates: templates/staff/booking_links.
Tests: tests/bookings/staff/booking_links. Files of its own: writing_views (up to the preview), sentences.
"""
