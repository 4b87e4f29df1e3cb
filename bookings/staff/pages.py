"""What every page of the panel has in common."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from bookings.booking_requests.actions import GUEST, SYSTEM
from bookings.staff.queries import panel_zone
from portal import clock

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    # Only the checker knows what kind of row the pages are of.
    _Paginator = Paginator

PAGE_SIZE = 50
# Who did something, as histories name them; anybody else is a member of staff, by name.
ACTORS = {GUEST: gettext_lazy("the guest"), SYSTEM: gettext_lazy("the portal")}

_Row = TypeVar("_Row", bound=Model)


def panel(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the panel, which no cache may keep. Its times are wall time of `zone`.

    `narrowed` begins the query of another page of the same list: what narrowed it, without the page's number.
    """
    query = request.GET.copy()
    query.pop("page", None)
    narrowed = f"{query.urlencode()}&" if query else ""
    context = {"now": clock.now(), "zone": panel_zone(), "narrowed": narrowed, **context}
    response = render(request, f"staff/{template}", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def page_of(request: HttpRequest, rows: QuerySet[_Row], *, most: int | None = None) -> "Page[_Row]":
    """The page that the address asks for; the nearest one for a number that makes no sense. Two queries.

    With `most`, the pages end after so many rows and no more are counted: `paginator.has_more` tells whether there are.
    """
    return _Pages(rows, PAGE_SIZE, most=most).get_page(request.GET.get("page"))


class _Pages(_Paginator):
    """Pages of a list that may be too long to be counted."""

    def __init__(self, rows: QuerySet[Any], size: int, *, most: int | None) -> None:
        super().__init__(rows, size)
        self.rows, self.most = rows, most
        self.has_more = False

    @cached_property
    def count(self) -> int:
        """How many there are, `most` at most."""
        if self.most is None:
            return self.rows.count()
        found = self.rows.order_by().values("pk")[: self.most + 1].count()
        self.has_more = found > self.most
        return min(found, self.most)


def actor_of(request: HttpRequest) -> str:
    """Who acts, as the history names them."""
    user = request.user
    name = user.get_full_name() if user.is_authenticated else ""
    return (name or user.get_username())[:150]
