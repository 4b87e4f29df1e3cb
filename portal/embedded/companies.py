"""Company numbers: how they are compared, and what a check of their form says; no register is asked."""

import re
from typing import Any

from stdnum.be import vat as belgian_number
from stdnum.exceptions import ValidationError
from stdnum.fr import siret
from stdnum.ie import vat as irish_vat

# The document names one source, for France; the other two follow its manner: who keeps the register, then the number's
# name.
_CHECKS = {"FR": (siret, "insee_siret"), "BE": (belgian_number, "bce_kbo"), "IE": (irish_vat, "revenue_vat")}


def comparable(number: str) -> str:
    """A number as it is compared and kept: letters and digits, in upper case."""
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def verify(number: str, *, country: str, name: str) -> dict[str, Any] | None:
    """The document's `identityVerification`: SIRET for France, KBO for Belgium, VAT for Ireland; None when the form is
    wrong.

    The form is all that is checked, so `verifiedName` is the name that was given, written as registers do.
    """
    if country not in _CHECKS:
        return None
    rules, source = _CHECKS[country]
    try:
        compact = rules.validate(number)
    except ValidationError:
        return None
    return {"source": source, "confidence": 100, "verifiedName": name.upper(), "verifiedNumber": compact}
