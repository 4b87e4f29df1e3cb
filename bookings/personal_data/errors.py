"""Why somebody can't be erased this moment."""

from collections.abc import Sequence


class OutcomeOpen(Exception):
    """Something of this person was sent to Workways and has no answer yet; `references` says what. Settle it first."""

    def __init__(self, references: Sequence[str]) -> None:
        super().__init__(", ".join(references))
        self.references = tuple(references)


class NeedsDecision(Exception):
    """The person has bookings to come or under way; `references` says which. Erasing takes the word of a person."""

    def __init__(self, references: Sequence[str]) -> None:
        super().__init__(", ".join(references))
        self.references = tuple(references)
