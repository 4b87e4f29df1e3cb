"""Calendars in the panel: the day of a site's rooms side by side, and the week of a room, with who is behind our own.

Answers: what takes a room when, which of it are requests of this portal, who holds or waits for a time. Other people's
meetings stay without any name: the feed mirror has none. Reads rooms, feeds, holds, requests and watches. Writes only
that it was seen. Templates: templates/staff/calendars. Styles: static/css/features/staff_calendars.css. Tests:
tests/bookings/staff/calendars. Files of its own: entries (what takes time), drawing (cells).
"""
