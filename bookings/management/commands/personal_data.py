"""`manage.py personal_data`: takes along or erases what the portal keeps of a person."""

from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bookings.audit.actions import SYSTEM
from bookings.audit.actions import record as record_in_audit
from bookings.audit.vocabulary import Act, Subject
from bookings.core.pseudonyms import new_pseudonym
from bookings.personal_data.actions import Reason, erase_person
from bookings.personal_data.errors import NeedsDecision, OutcomeOpen
from bookings.personal_data.exporting import build_archive
from bookings.personal_data.queries import Found, look_up
from bookings.staff.audit.queries import things_of
from bookings.staff.customers.keys import key_of
from portal import clock


class Command(BaseCommand):
    """Export writes a ZIP file; erase says what would go, and does it only with --yes. Exit code 1 when it didn't."""

    help = "Exports or erases what the portal keeps of a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two things it does."""
        acts = parser.add_subparsers(dest="act", required=True)
        export = acts.add_parser("export", help="write everything that is kept of an address into a ZIP file")
        export.add_argument("address")
        export.add_argument("--output", type=Path, default=Path("personal-data.zip"), help="the file to write")
        erase = acts.add_parser("erase", help="erase everything that hangs on an address")
        erase.add_argument("address")
        erase.add_argument("--yes", action="store_true", help="really do it")
        erase.add_argument(
            "--close-open", action="store_true", help="end requests under way; booked meetings stay in Workways"
        )
        erase.add_argument("--workways", action="store_true", help="erase in the embedded Workways data instead")
        erase.add_argument("--reason", choices=list(Reason), default=Reason.ASKED)

    def handle(self, *args: Any, **options: Any) -> None:
        """Does what was asked. Raises CommandError."""
        address = options["address"]
        if options["act"] == "export":
            self._export(address, options["output"])
        elif options["workways"]:
            self._erase_in_workways(address, is_meant=options["yes"], reason=Reason(options["reason"]))
        else:
            self._erase(address, options)

    def _export(self, address: str, output: Path) -> None:
        now = clock.now()
        if output.exists():
            raise CommandError(f"{output} is there already. Name another file with --output.")
        content = build_archive(address, about=things_of(address), now=now)
        record_in_audit(by=SYSTEM, act=Act.EXPORTED, subject=Subject.CUSTOMER, reference=str(key_of(address)), now=now)
        output.touch(mode=0o600)
        output.write_bytes(content)
        self.stdout.write(f"Written to {output}.")

    def _erase(self, address: str, options: dict[str, Any]) -> None:
        now = clock.now()
        self._tell(look_up(address, now=now))
        if not options["yes"]:
            raise CommandError("Nothing was erased. Say --yes to do it.")
        try:
            erased = erase_person(
                email=address, by=SYSTEM, reason=Reason(options["reason"]), closes_open=options["close_open"], now=now
            )
        except OutcomeOpen as error:
            raise CommandError(
                f"Nothing was erased: Workways has not answered yet ({error}). Settle it first."
            ) from error
        except NeedsDecision as error:
            raise CommandError(
                f"Nothing was erased: {error} is to come or under way. --close-open ends what is under way and leaves "
                "booked meetings in Workways."
            ) from error
        self.stdout.write("There was nothing to erase." if erased is None else f"Erased. In its place: {erased.word}.")
        if settings.WORKWAYS_IS_EMBEDDED:
            self.stdout.write("The Workways data is a record of its own: --workways erases there.")
        else:
            self.stdout.write(f"Workways keeps its own record. Ask {settings.WORKWAYS_API_URL} to erase it as well.")

    def _erase_in_workways(self, address: str, *, is_meant: bool, reason: Reason) -> None:
        if not settings.WORKWAYS_IS_EMBEDDED:
            raise CommandError("Workways is a remote account here, and keeps its own record: ask Workways.")
        people, now = import_module(settings.EMBEDDED_PEOPLE), clock.now()
        for table, count in people.count(address).items():
            self.stdout.write(f"{table}: {count}")
        if not is_meant:
            raise CommandError("Nothing was erased. Say --yes to do it.")
        given = new_pseudonym()
        rows = people.erase(email=address, word=given.word, pseudonym=given.email, actor=SYSTEM.name, now=now)
        if rows:
            details = {"reason": reason.value, **rows}
            record_in_audit(
                by=SYSTEM,
                act=Act.ERASED_IN_WORKWAYS,
                subject=Subject.PERSON,
                reference=given.word,
                now=now,
                details=details,
            )
        self.stdout.write("Erased in the Workways data." if rows else "There was nothing to erase.")

    def _tell(self, found: Found) -> None:
        for table, count in found.rows.items():
            self.stdout.write(f"{table}: {count}")
        for request in (*found.under_way, *found.coming):
            self.stdout.write(f"{request.reference}: {request.state}, {request.start:%Y-%m-%d %H:%M} UTC")
        if found.member is not None:
            self.stdout.write("The account on the team with this address stays; an admin can switch it off.")
