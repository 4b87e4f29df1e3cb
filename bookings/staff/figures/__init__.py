"""Figures in the panel: how full the rooms are, what becomes of those who look, how mails get away.

Answers: seven charts for a range of days and the member's sites, each with its table and its file. Reads
bookings/figures. Writes nothing; no figure tells of a person, so the audit keeps nothing either. Templates:
templates/staff/figures and components/chart.html. Tests: tests/bookings/staff/figures. Files of its own: charts
(figures put into words), ranges.
"""
