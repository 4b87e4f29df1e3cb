"""Booking links of the team: everything filled in, one button books.

Answers: where a link leads, how it stands, who it is for. Reads rooms, availability, offers, proofs. Writes
invitations, their holds, links and mails; whoever takes one goes on as a booking request. finding and staff come next.
Templates: templates/inviting. Styles: static/css/features/inviting.css. Tests: tests/bookings/inviting. Files of its
own: taking (what the recipient does), places (where a link leads), notices, showing, link_views.

How a link is counted as opened: a GET changes nothing, and mail gateways open every link. So the page's script tells
of the first sign of a person (a touch, a key, the pointer, scrolling) by a POST of its own; without scripts the press
of a button is the first that anybody learns. A link can thus have been read without counting, never the other way
round.

Who may use it: the link came to one address, so pressing its button proves that address in this browser, as with every
mailed link, and the page says first for whom it books (masked) and where the confirmation goes. A browser that has
proved only other addresses must tick that it acts for that person. Whoever got the mail passed on books under an
address of their own instead, and proves that by a code. The first use ends the link's power, whoever pressed.
"""
