"""What the page of a watch says: its title and its badge, one for each state."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.booking_requests.pages import Mood
from bookings.watching.states import WatchState


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the template of its part, its title, its badge and how good the news is."""

    part: str
    title: str | Promise
    badge: str | Promise
    mood: Mood


PAGES: dict[WatchState, Page] = {
    WatchState.UNPROVED: Page("unproved", _("Confirm your address"), _("Not in line yet"), Mood.NEUTRAL),
    WatchState.WAITING: Page("waiting", _("We tell you if this time frees up"), _("In line"), Mood.NEUTRAL),
    WatchState.OFFERED: Page("offered", _("It is free: this time is yours to take"), _("Kept for you"), Mood.GOOD),
    WatchState.TAKEN: Page("taken", _("You took this time"), _("Taken by you"), Mood.GOOD),
    WatchState.LAPSED: Page("lapsed", _("The offer has run out"), _("Run out"), Mood.WARN),
    WatchState.STOPPED: Page("stopped", _("You no longer wait for this time"), _("Stopped"), Mood.NEUTRAL),
    WatchState.EXPIRED: Page("expired", _("This time has come without freeing up"), _("Over"), Mood.NEUTRAL),
}
