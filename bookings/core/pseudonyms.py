"""What stands in a person's place once they are erased: an opaque value that is the same in all of their rows.

It is drawn by chance, so nothing leads back from it. Rows of one person still belong together, which is all that
figures need.
"""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model

# RFC 2606, section 2: no host ever has a name below this one, so no mail can leave for it.
PSEUDONYM_HOST = "erased.invalid"


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """`word` takes the place of a name, `email` that of an address."""

    word: str

    @property
    def email(self) -> str:
        """An address that nobody has."""
        return f"{self.word}@{PSEUDONYM_HOST}"


def new_pseudonym() -> Pseudonym:
    """One that was never given before: 64 bits of chance."""
    return Pseudonym(f"erased-{secrets.token_hex(8)}")


def present_address(thing: "Model | None", address: str) -> str:
    """The address of somebody whom the caller has had in hand for a while: a pseudonym, should they be erased by now.

    `thing` is what it belongs to, a row with an `email`; the address of somebody else stays as it is. Waits for whoever
    is erasing this person, so it is called in the transaction that writes the address down.
    """
    if thing is None or getattr(thing, "email", "").lower() != address.lower():
        return address
    rows = type(thing)._default_manager.select_for_update().filter(pk=thing.pk)
    present: str | None = rows.values_list("email", flat=True).first()
    return address if present is None else present


def is_pseudonym(email: str) -> bool:
    """Did the person behind this address have themselves erased?"""
    return email.endswith(f"@{PSEUDONYM_HOST}")
