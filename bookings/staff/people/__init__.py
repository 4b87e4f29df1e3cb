"""The team: signing in, one's own account, and who may do what.

Answers: who is on the team, with which role and for which sites, in which browsers signed in. Reads and writes the
shell's members (portal.members); mails invitations and links. Each act leaves its row in the audit. Templates:
templates/staff/people. Tests: tests/bookings/staff/people. Files of its own: door_views (the ways in), account_views
(one's own account), team_views (everybody's).
"""
