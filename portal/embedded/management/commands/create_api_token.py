"""Makes a token for a developer of the embedded API."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from portal import clock
from portal.embedded.auth import create_token, ensure_developer


class Command(BaseCommand):
    """Prints the token, once; the developer's account is made when it is missing."""

    help = "Creates an API token and prints it. It can't be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose token, and what it is for."""
        parser.add_argument("--email", required=True, help="the developer's address")
        parser.add_argument("--name", required=True, help='what the token is for, such as "Make.com"')

    def handle(self, *args: Any, **options: Any) -> None:
        """Only the token goes to standard output, so that a script can take it from there."""
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(f"{options['email']!r} is not an e-mail address.") from error
        name = options["name"].strip()
        if not 0 < len(name) <= 100:
            raise CommandError("The name of a token has 1 to 100 characters.")
        now = clock.now()
        with transaction.atomic():
            user = ensure_developer(email=options["email"], now=now)
            if user.is_shut_out:
                raise CommandError(f"The account {user.email} is archived, so its tokens would be refused.")
            _row, token = create_token(user=user, name=name, now=now)
        self.stderr.write(f"A token for {user.email}. Keep it safe, it is shown only now:")
        self.stdout.write(token)
