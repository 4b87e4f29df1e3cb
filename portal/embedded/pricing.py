"""What a room costs, by rule (W58); pure."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_HALF_DAY_MINUTES = 4 * 60
_DAY_MINUTES = 24 * 60
# People group thousands with a blank, a no-break blank or a narrow one.
_BLANKS = " \u00a0\u202f"


def meeting_price(minutes: Decimal, *, hour_minor: int, half_day_minor: int, day_minor: int) -> int | None:
    """The price of a meeting, in minor units; None when the room has no price that fits. A price of 0 means "none".

    Hours are charged by the minute; up to four hours cost at most the half day, and each day of 24 hours at most the
    day. Half a cent is rounded up.
    """
    full_days, rest = divmod(minutes, _DAY_MINUTES)
    parts = [_part_price(Decimal(_DAY_MINUTES), hour_minor, half_day_minor, day_minor)] * int(full_days)
    if rest:
        parts.append(_part_price(rest, hour_minor, half_day_minor, day_minor))
    prices = [part for part in parts if part is not None]
    return sum(prices) if len(prices) == len(parts) else None


def office_price(price_per_month: str, *, period: str) -> int | None:
    """The rent of a month or of a week (twelve months over 52 weeks), in minor units; None when the text holds no
    amount.
    """
    month = first_amount(price_per_month)
    if month is None:
        return None
    return _rounded(month * 12 / 52) if period == "week" else _rounded(month)


def first_amount(written: str) -> Decimal | None:
    """The first amount in a text such as "1500€", "1 250,50 €" or "1.250,50", in minor units, not rounded; None for
    none (W63).
    """
    found = re.search(rf"\d[\d{_BLANKS}.,]*", written)
    if found is None:
        return None
    digits = re.sub(f"[{_BLANKS}]", "", found.group()).rstrip(".,")
    if "," in digits and "." in digits:
        digits = digits.replace("," if digits.rindex(".") > digits.rindex(",") else ".", "")
    elif re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+", digits):
        digits = re.sub(r"[.,]", "", digits)
    try:
        amount = Decimal(digits.replace(",", "."))
    except InvalidOperation:
        return None
    return amount * 100 if amount < 10_000_000 else None


def _part_price(minutes: Decimal, hour_minor: int, half_day_minor: int, day_minor: int) -> int | None:
    choices = [_rounded(hour_minor * minutes / 60)] if hour_minor else []
    if half_day_minor and minutes <= _HALF_DAY_MINUTES:
        choices.append(half_day_minor)
    if day_minor:
        choices.append(day_minor)
    return min(choices, default=None)


def _rounded(minor: Decimal) -> int:
    return int(minor.quantize(Decimal(1), rounding=ROUND_HALF_UP))
