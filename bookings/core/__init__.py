"""The vocabulary every feature shares, in pure Python.

Answers: what is a span of time, an amount of money, a "no" with its reason, and how each is written for people.
Reads and writes nothing. Everybody uses it next. Tests: tests/bookings/core.
Files of its own: timespan, money, answers, zones, formats, identifiers.
"""
