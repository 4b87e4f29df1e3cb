"""What can go wrong with a request by the hands of its callers."""


class RequestError(Exception):
    """Root of this feature's errors; the text is for a log, the page finds its own words."""


class ForbiddenMove(RequestError):
    """The table of moves doesn't know this one; a defect of the caller."""


class MovedMeanwhile(RequestError):
    """Somebody else moved the request first; who gets this shows the state as it is now and does nothing."""


class NotOpen(RequestError):
    """The request is in a state in which this can't be done any more."""


class NotFree(RequestError):
    """Somebody else holds the time by now, so staff can't send this one again."""


class TooManyAsks(RequestError):
    """The guest has as many unanswered questions as one request may have."""


class NotProved(RequestError):
    """The address was changed by the team, and its owner has not pressed the mailed button yet."""
