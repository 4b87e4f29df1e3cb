"""Sites and rooms as staff keep them: what comes from the upstream and what is ours, side by side.

Answers: what visitors see of a place, whose word that is, and when it is closed. Reads catalog and availability. Writes
through catalog.own_actions and availability.closing_actions; each act leaves its row in the audit with the old and the
new value. Templates: templates/staff/places. Styles: static/css/features/places.css. Tests:
tests/bookings/staff/places. Files of its own: kinds (site or room), fields (each field with the upstream's word), views
(what is looked at), change_views (what is changed).
"""
