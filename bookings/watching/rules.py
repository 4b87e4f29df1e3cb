"""What a watch goes by: how long an offer stands, how many may wait. Pure."""

from datetime import timedelta

from bookings.core.answers import Answer, Blocked, Reason

OFFER_MINUTES = 15
# The time stays kept a little longer than the offer says, so that nobody else gets it before the next in line does.
HAND_OVER_MINUTES = 2
# An address that nobody confirmed by then was a mistake.
UNPROVED_LIFETIME = timedelta(hours=24)
# Somebody who plans a few meetings; more is collecting.
MOST_PER_ADDRESS = 10
MOST_PER_BROWSER = 10
# A whole office behind one address of the internet.
MOST_PER_NETWORK = 60

_TAKEN = frozenset({Reason.BUSY, Reason.HELD})


def may_be_watched(answer: Answer) -> bool:
    """Can this time free up? Only one that somebody has; what a rule forbids stays forbidden."""
    return isinstance(answer, Blocked) and answer.reason in _TAKEN
