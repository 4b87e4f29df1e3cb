"""Personal data in the panel, for admins: look a person up, export, erase; how long things are kept; the data map.

Answers: what is kept of an address, what erasing it touches, and what stays. Reads and writes through
bookings/personal_data. Each act leaves its row in the audit, without the address. Addresses travel in the bodies of
forms only, so that no log of addresses of pages holds one. Templates: templates/staff/personal_data. Tests:
tests/bookings/staff/personal_data.
"""
