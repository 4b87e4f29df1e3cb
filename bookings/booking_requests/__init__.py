"""From "I want this slot" to the upstream's answer.

Answers: where a request stands, what happens next, what may be done with it. Reads rooms, availability, offers, proofs.
Writes requests and their history, holds (through availability), mails (through mail), and sends to the Workways client
exactly once. registration, watching and finding come next. Templates: templates/booking_requests. Styles:
static/css/features/booking_requests.css. Tests: tests/bookings/booking_requests.
Files of its own: sending, settling, changes (what the room's calendar did with a booked meeting), reminders, asking,
helping (on the telephone), wishing, notices, pages, showing, room_views (the room, where a booking begins), gone_room,
link_views.
"""
