"""How a person proves an address and comes back by a mailed link.

Answers: is this code or link right, and which browser may see what. Reads the signed cookies. Writes links, proofs of
addresses and proved browsers, secrets only as hashes. mail, booking_requests and registration use it next.
Templates: templates/links. Tests: tests/bookings/links. Files of its own: tokens, browser, limits, sentences.
"""
