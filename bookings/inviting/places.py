"""Where an invitation leads: in words, and as an address that carries nothing about anybody."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.availability.asked import slot_query
from bookings.availability.hours import start_key
from bookings.catalog.queries import list_countries
from bookings.inviting.models import Invitation


def place_in_words(invitation: Invitation, language: str) -> str:
    """The room and its site, the site, or the country, in the active language."""
    if invitation.room is not None:
        return f"{invitation.room.shown_name}, {invitation.room.site.shown_name}"
    if invitation.site is not None:
        return invitation.site.shown_name
    names = {country.key: country.name for country in list_countries(language)} if invitation.country else {}
    return names.get(invitation.country, invitation.country) or _("all our sites")


def public_address(invitation: Invitation, *, now: datetime) -> str:
    """The room's page or the search, filled in; a day or time that has passed is left out."""
    room, span, zone = invitation.room, invitation.span, invitation.zone
    if room is not None and span is not None and span.start > now:
        day = span.start.astimezone(zone).date()
        query = slot_query(day, start_key(span.start, zone), span.minutes, invitation.people)
        return f"{reverse('room', args=[room.workways_id])}{query}#booking"
    minutes = span.minutes if span is not None else invitation.minutes
    day_or_none = invitation.day if invitation.day and invitation.day >= now.astimezone(zone).date() else None
    words = {
        "country": invitation.country,
        "site": invitation.site.workways_id if room is None and invitation.site is not None else "",
        "date": day_or_none.isoformat() if day_or_none else "",
        "duration": minutes or "",
        "people": invitation.people,
    }
    query = urlencode({name: value for name, value in words.items() if value != ""})
    path = reverse("search") if room is None else reverse("room", args=[room.workways_id])
    return f"{path}?{query}"
