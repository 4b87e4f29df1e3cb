"""Find my bookings: one mail with a link to everything that an address has open.

Answers: what does this address have open. Reads the wishes that the page wrote down, requests, registrations, booking
links, watches. Writes links and the mail. Nobody but staff comes next. The page is booking_requests', because old links
lead there too. Tests: tests/bookings/finding. Files of its own: fulfilling.
"""
