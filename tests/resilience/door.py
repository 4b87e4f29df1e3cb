"""A route in one situation, at which somebody may knock, and the values that the doors share."""

import re
from dataclasses import dataclass, field

from django.test import Client

SLOT = {"date": "2026-01-13", "start": "10:00", "duration": "60", "people": "2"}
OTHER_SLOT = "2026-01-20T09:00:00Z/60"
NOBODY = "nobody@else.example"
DRAFTING = "rita@studio.example"


@dataclass(frozen=True, kw_only=True)
class Door:
    """A route in one situation: who knocks, at which address, and what the view behind it reads.

    `query` and `form` hold values that would do, so that a test can spoil one at a time; without a `form` the route
    takes none. `arguments` are the parts of the path that the view reads.
    """

    route: str
    path: str
    client: Client
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] | None = None
    arguments: tuple[str, ...] = ()

    @property
    def has_language(self) -> bool:
        """Is it a page, which exists in French too?"""
        return not re.match(r"/(healthz|readyz|metrics|api|imageroom|pictures)|.*(\.json|busy\.ics)$", self.path)
