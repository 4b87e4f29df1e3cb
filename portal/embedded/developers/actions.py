"""What the owner of tokens does with them. Each act leaves a line in the operator's record."""

from datetime import datetime

from django.db import transaction

from portal.embedded import accounts, auth
from portal.embedded.answers import Mailer
from portal.embedded.developers.sessions import may_keep_tokens
from portal.embedded.models import ApiToken, User
from portal.embedded.panel.audit import Act, record

MOST_TOKENS = 50


class TooManyTokens(Exception):
    """The user has as many tokens as anybody needs."""


@transaction.atomic
def create_token(*, user: User, name: str, now: datetime) -> str:
    """A new token; its text is told once and kept nowhere. Raises TooManyTokens."""
    # The user's row is the queue in which two impatient clicks stand.
    User.objects.select_for_update().get(pk=user.pk)
    if user.tokens.count() >= MOST_TOKENS:
        raise TooManyTokens
    row, token = auth.create_token(user=user, name=name, now=now)
    record(actor=str(user), act=Act.TOKEN_CREATED, thing=row, name=_told(row), now=now, owner=user.pk)
    return token


@transaction.atomic
def regenerate_token(*, token: ApiToken, now: datetime) -> str:
    """Another text for the same token: id, name and creation date stay, the old text is worthless at once.

    A token that an administrator deactivated works again: the API tells its callers that its owner can renew it here.
    """
    row = ApiToken.objects.select_for_update().get(pk=token.pk)
    text = auth.renew(row)
    record(actor=str(token.user), act=Act.TOKEN_REGENERATED, thing=row, name=_told(row), now=now, owner=token.user_id)
    return text


@transaction.atomic
def delete_token(*, token: ApiToken, now: datetime) -> None:
    """Takes the token out of the database, as the document says of its owner; only the record still knows of it."""
    record(actor=str(token.user), act=Act.TOKEN_DELETED, thing=token, name=_told(token), now=now, owner=token.user_id)
    token.delete()


def send_password_link(*, email: str, now: datetime, mailer: Mailer) -> None:
    """Mails a developer the link to choose a password, unless one left minutes ago; others get nothing."""
    user = User.objects.select_related("organization").filter(email=email.strip().lower()).first()
    if user is not None and may_keep_tokens(user):
        accounts.send_fresh_link(user=user, now=now, mailer=mailer, is_for_password=True)


def _told(token: ApiToken) -> str:
    return f"{token.name} ({token.prefix}…)"
