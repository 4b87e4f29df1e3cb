"""A change of a contract in words: what it was, what it becomes, what Workways shows."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.core import formats
from bookings.core.money import Money
from bookings.staff.customers.pages import day
from bookings.staff.customers.plans import Plan, Sum, result_of, sum_of_options, sum_of_rooms
from bookings.staff.customers.terms import OptionTerm, RoomTerm, Terms


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: what it is about, what stands there now, what is to stand there. `kind`: changed, added, removed."""

    what: str
    before: str
    after: str
    kind: str = "changed"


def differences(plan: Plan, before: Terms, language: str) -> list[Difference]:
    """Everything that the change would do to the contract."""
    after = result_of(plan, before)
    untold = _("Workways doesn't tell")
    lines = between(before, after, language)
    for label, value in (
        (_("Contract starts"), _day(plan.start or "", language)),
        (_("Web address of the folder with the papers"), plan.folder or ""),
        (_("Comment on the contract"), plan.comment or ""),
    ):
        if value:
            lines.append(Difference(label, untold, value))
    return lines


def between(one: Terms, other: Terms, language: str) -> list[Difference]:
    """In what two contracts differ, line by line."""
    lines: list[Difference] = []
    for label, before, after in (
        (_("Rent for a month"), _euros(one.base_price, language), _euros(other.base_price, language)),
        (
            _("Contract ends"),
            _day(one.end, language) or _("No end date"),
            _day(other.end, language) or _("No end date"),
        ),
        (_("Renews itself"), _months(one.renewal_months), _months(other.renewal_months)),
    ):
        if before != after:
            lines.append(Difference(label, before, after))
    had, has = {room.id for room in one.rooms}, {room.id for room in other.rooms}
    lines += [_room(room, "removed", language) for room in one.rooms if room.id not in has]
    lines += [_room(room, "added", language) for room in other.rooms if room.id not in had]
    removed, added = _unpaired(one.options, other.options)
    lines += [_option(option, "removed", language) for option in removed]
    lines += [_option(option, "added", language) for option in added]
    return lines


def price_effect(plan: Plan, before: Terms, language: str) -> list[Difference]:
    """What the rooms and options cost together for a month, before and after, as far as prices are known."""
    after = result_of(plan, before)
    lines = [
        Difference(
            _("All rooms, for a month"), _sum(sum_of_rooms(before), language), _sum(sum_of_rooms(after), language)
        )
    ]
    for label, for_members in ((_("All options, for members"), True), (_("All options, for the public"), False)):
        sums = [sum_of_options(terms, plan, for_members=for_members) for terms in (before, after)]
        lines.append(Difference(label, *(_sum(one, language) for one in sums)))
    return lines


def _unpaired(one: tuple[OptionTerm, ...], other: tuple[OptionTerm, ...]) -> tuple[list[OptionTerm], list[OptionTerm]]:
    """The options of each side that the other has no equal of; their numbers don't count."""
    left = list(other)
    removed = []
    for option in one:
        equal = next((each for each in left if each.facts == option.facts), None)
        if equal is None:
            removed.append(option)
        else:
            left.remove(equal)
    return removed, left


def _room(room: RoomTerm, kind: str, language: str) -> Difference:
    text = f"{room.name}, {_euros(room.price, language)}"
    return Difference(_("Room"), text if kind == "removed" else "", text if kind == "added" else "", kind)


def _option(option: OptionTerm, kind: str, language: str) -> Difference:
    words = [f"{option.quantity} × {option.name}"]
    words.append(_("the usual rate") if option.price is None else _euros(option.price, language))
    if option.promo is not None:
        words.append(_("%(price)s at first") % {"price": _euros(option.promo, language)})
    if option.start:
        words.append(_("from %(day)s") % {"day": _day(option.start, language)})
    if option.end:
        words.append(_("until %(day)s") % {"day": _day(option.end, language)})
    text = ", ".join(words)
    return Difference(_("Option"), text if kind == "removed" else "", text if kind == "added" else "", kind)


def _sum(total: Sum, language: str) -> str:
    text = formats.money(Money.from_decimal(total.amount), language)
    if total.unknown:
        text += " " + ngettext(
            "and %(num)s without a known price", "and %(num)s without a known price", total.unknown
        ) % {"num": total.unknown}
    return text


def _euros(amount: str | None, language: str) -> str:
    return _("no price") if amount is None else formats.money(Money.from_decimal(Decimal(amount)), language)


def _months(months: int | None) -> str:
    return ngettext("By %(num)s month", "By %(num)s months", months) % {"num": months} if months else _("No")


def _day(text: str, language: str) -> str:
    value = day(text)
    return value if isinstance(value, str) else formats.long_date(value, language)
