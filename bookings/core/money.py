"""Money is whole minor units and a currency, never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount: 4550 with EUR is 45.50 euro."""

    minor: int
    currency: str = "EUR"

    @classmethod
    def from_decimal(cls, amount: Decimal, currency: str = "EUR") -> "Money":
        """From euros as the upstream writes them, half a cent rounded up."""
        return cls(int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)

    @property
    def amount(self) -> Decimal:
        """In major units, for writing it down."""
        return Decimal(self.minor) / 100


def parse_price(text: str) -> Money | None:
    """A price written by people ("500", "1 250,50 €"), or None when it holds no amount above zero."""
    digits = "".join(character for character in text if character.isdigit() or character in ",.")
    if "," in digits and "." in digits:
        thousands = "," if digits.rindex(".") > digits.rindex(",") else "."
        digits = digits.replace(thousands, "")
    try:
        amount = Decimal(digits.replace(",", "."))
    except InvalidOperation:
        return None
    return Money.from_decimal(amount) if 0 < amount < 10_000_000 else None
