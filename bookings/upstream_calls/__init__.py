"""Every call to the Workways API, as it went.

Answers: which calls served this booking, how is each endpoint doing. Reads nothing but what the client tells of a call
once it is over (portal.workways.observing). Writes single calls (those that changed something or served a booking or
a registration), and tallies of all. staff comes next. Tests: tests/bookings/upstream_calls. Files of its own:
recording (what is told of a call, until it is written down), signals (when that is).
"""
