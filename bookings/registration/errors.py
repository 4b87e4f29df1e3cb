"""What can go wrong with a registration by the hands of its callers."""


class RegistrationError(Exception):
    """Root of this feature's errors; the text is for a log, the page finds its own words."""


class ForbiddenMove(RegistrationError):
    """The table of moves doesn't know this one."""


class MovedMeanwhile(RegistrationError):
    """Somebody else moved the registration first; who gets this shows the state as it is now and does nothing."""


class NotOpen(RegistrationError):
    """The registration was sent already, so nothing typed can be changed any more."""
