"""What stops a change of a contract."""


class ChangeError(Exception):
    """The root of the family."""


class MovedMeanwhile(ChangeError):
    """Another click, tab or colleague was quicker; the state on the page is the newest."""


class AnotherIsBeingSent(ChangeError):
    """Another change of the same contract is under way at this very moment."""


class CannotBeKept(ChangeError):
    """An option that is to stay can't be sent anew, because no site offers it any more; the text is its name."""
