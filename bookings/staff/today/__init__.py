"""The panel's first page: who comes today, and what waits for a person, each thing with its one next act.

Answers: which meetings begin at which site and hour; which requests, questions, mails, registrations and calendars need
somebody. Reads every feature; writes nothing. Templates: templates/staff/today. Tests: tests/bookings/staff/today.
"""
