"""What exactly this slot costs.

Answers: the price of a room for a slot and a number of people, from the catalog or computed by the upstream itself.
Reads the directory of rooms, rooms and the Workways client. Writes the cache, and the prices of slots that searches
show (slot_prices), which a worker asks the upstream; a request freezes its offer itself.
booking_requests comes next. Templates: templates/offers. Tests: tests/bookings/offers.
Files of its own: search_views, search_form, search_words, places, results, sorting, cards (home and search: rooms with
their prices); slot_prices.
"""
