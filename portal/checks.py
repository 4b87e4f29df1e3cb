"""System checks of the portal's own, each with an id."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Info, Warning, register


@register()
def workways_mode(**_: Any) -> list[CheckMessage]:
    """Says which Workways stands behind the portal, when that is worth knowing."""
    if settings.WORKWAYS_IS_EMBEDDED and not settings.IS_DEMO:
        return [Info("The portal runs on its embedded Workways API.", id="portal.I001")]
    return []


@register(deploy=True)
def mail_is_sent(**_: Any) -> list[CheckMessage]:
    """Outside the demo a mail must reach its reader."""
    if not settings.HAS_MAIL_SERVER and not settings.IS_DEMO:
        return [Warning("No EMAIL_URL: mails stay in the outbox and reach nobody.", id="portal.W001")]
    return []
