"""The members of staff: who they are to the panel, and how a browser becomes theirs.

Answers: which role has this account, which sites may it see, which browsers are signed in.
Reads Django's users and sessions. Writes members, their sessions, their second factor. `portal.access` guards every
staff route with it; bookings/staff/people has the pages and mails. Tests: tests/portal/members.
Files of its own: roles, sessions, browsers, passwords, two_factor.
"""
