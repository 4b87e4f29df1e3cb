"""The audit: who saw or changed what personal data, when.

Answers: which acts there were, by whom, about what. Reads nothing. Writes rows that the database itself refuses to
change or delete; they hold references, never an address, a name or a text of a guest. Whoever acts for a person writes
its row in the transaction of the act; staff read them in the panel (bookings/staff/audit). Tests: tests/bookings/audit.
Files of its own: vocabulary (acts and subjects).
"""
