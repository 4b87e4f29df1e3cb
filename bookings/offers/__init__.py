"""What exactly this slot costs.

Answers: the price of a room for a slot and a number of people, from the catalog or computed by the upstream itself.
Reads rooms and the Workways client (cached). Writes the cache only; a request freezes its offer itself.
booking_requests comes next. Templates: templates/offers. Tests: tests/bookings/offers.
Files of its own: search_views and results (home and the search, whose answer is rooms with prices).
"""
