"""The audit, as admins read it.

Answers: who saw or changed what, when; and who saw anything of this person. Reads bookings/audit, and what belongs to
an address. Writes that it was read or exported. Templates: templates/staff/audit. Tests: tests/bookings/staff/audit.
"""
