"""What an invitation goes by: how long it lives, how long its time is kept, how many there may be. Pure."""

from datetime import datetime, timedelta

# What staff choose from, in hours.
LIVES = (4, 24, 72, 168, 336, 720)
# A time that is kept is taken from everybody else; after this the link goes on without it.
LONGEST_HOLD = timedelta(hours=72)
# From a link's first press on the time is kept as for everybody who is about to book.
HOLD_AFTER_PRESS = timedelta(minutes=10)
# Links that wait for one address at once.
MOST_OPEN_PER_ADDRESS = 10
# Times kept by links at once: of one member of staff, and in one room. An address has the limit of all holds besides.
MOST_HELD_PER_MEMBER = 10
MOST_HELD_PER_ROOM = 5
# How often a recipient gets a fresh link without a person of the team.
MOST_SELF_RENEWALS = 3
# A link that was prepared and never sent.
DRAFT_LIFETIME = timedelta(days=7)


def ends_at(now: datetime, life_hours: int, start: datetime | None) -> datetime:
    """When a link sent now ends: after its life, and before its meeting begins."""
    end = now + timedelta(hours=life_hours)
    return end if start is None else min(end, start)


def held_until(now: datetime, link_end: datetime) -> datetime:
    """Until when the time of a link sent now is kept: never longer than the link lives."""
    return min(link_end, now + LONGEST_HOLD)


def masked(email: str) -> str:
    """An address that its owner recognizes and nobody else learns: "j•••t@a•••.example"."""
    name, _at, host = email.partition("@")
    label, dot, rest = host.partition(".")
    hidden = name[:1] + "•••" + (name[-1:] if len(name) > 3 else "")
    return f"{hidden}@{label[:1]}•••{dot}{rest.rpartition('.')[2]}"
