"""Figures: how full the rooms are, and what becomes of those who look for one; counted without anybody's data.

Answers: busy and open minutes by room, day and hour; pages seen by step; what became of requests and mails. Reads the
feed mirror, requests, the outbox, and what web processes counted in the cache. Writes its own tables, which hold no
address, name, UID or reference and stay when a person is erased. The panel shows them (bookings/staff/figures). Tests:
tests/bookings/figures. Files of its own: occupancy, outcomes and pages (what writes each kind), middleware.
"""
