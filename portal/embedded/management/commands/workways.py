"""`manage.py workways`: each call of the Workways API from a shell, for support."""

import functools
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.workways import (
    AccountArchived,
    FeedDocument,
    Garbled,
    ImageDocument,
    OutcomeUnknown,
    Rejected,
    Throttled,
    TooLarge,
    Unauthorized,
    UnknownAnswer,
    UserExists,
    WorkwaysError,
)
from portal.workways.connect import workways
from portal.workways.console_calls import CALLS, ConsoleCall
from portal.workways.console_output import as_json, as_table

_REFUSED, _WRONG, _NOT_ALLOWED, _LATER, _UNKNOWN, _UNREADABLE = 1, 2, 3, 4, 5, 6
_EXITS = """
exit codes: 0 done; 1 the API said no; 2 the command makes no sense; 3 the token was refused; 4 not reached, or too
many calls: try again later; 5 it may have been done or not: look before you try again; 6 the answer can't be read

Against a Workways account or the embedded API, whichever the portal is set up for. The embedded API mails nobody of a
booking that is made here.
"""


class Command(BaseCommand):
    """Answers go to standard output, everything else to standard error; neither ever holds a token."""

    help = "Sends one call to the Workways API and prints its answer."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """With the exit codes below the help."""
        return super().create_parser(prog_name, subcommand, epilog=_EXITS, formatter_class=_Help, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One call, and its own options."""
        calls = parser.add_subparsers(dest="call", required=True, metavar="CALL", title="calls")
        for call in CALLS:
            aliases = ["image"] if call.name == "imageroom" else []
            self._add_call(call, calls.add_parser(call.name, help=call.about, aliases=aliases))

    def _add_call(self, call: ConsoleCall, parser: ArgumentParser) -> None:
        parser.set_defaults(declared=call)
        for option in call.options:
            reads: Any = option.reads
            parser.add_argument(
                f"--{option.name}", help=option.about, type=reads, required=option.required, default=option.default
            )
        parser.add_argument("--format", choices=("table", "json"), default="table", help="table (the default) or json")
        parser.add_argument("--output", type=Path, help="write a calendar or picture into this file")
        if call.writes:
            parser.add_argument("--yes", action="store_true", help="really do it: it can't be taken back from here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with one of the exit codes."""
        call: ConsoleCall = options["declared"]
        given = Namespace(**options)
        if call.writes and not given.yes:
            raise _wrong(f"{call.name} changes data for good, so nothing was sent. Add --yes to do it.")
        if call.name == "imageroom" and given.output is None:
            raise _wrong("A picture can't be printed. Name a file with --output.")
        if call.name == "user-info" and not (given.id or given.email):
            raise _wrong("user-info needs --id or --email.")
        try:
            client = workways()
        except ValueError as error:
            raise CommandError(f"{error} Check WORKWAYS_API_TOKEN.", returncode=_NOT_ALLOWED) from error
        try:
            answer = call.send(client, given)
        except WorkwaysError as error:
            raise _failure(error) from None
        self._tell(call, answer, given)

    def _tell(self, call: ConsoleCall, answer: Any, given: Namespace) -> None:
        if isinstance(answer, FeedDocument | ImageDocument) and given.output is not None:
            _write(given.output, answer.content)
            self.stderr.write(f"{len(answer.content):,} bytes are in {given.output}.")
            return
        if given.format == "json":
            self.stdout.write(as_json(answer))
        elif isinstance(answer, FeedDocument):
            self.stdout.write(answer.content.decode("utf-8", "replace"))
        else:
            self.stdout.write(as_table(answer, call.columns))
        if isinstance(answer, AccountArchived | UserExists):
            raise CommandError("Nothing was done, for the reason above.", returncode=_REFUSED)
        if isinstance(answer, UnknownAnswer):
            raise CommandError("The API answered with a status that is not known here.", returncode=_UNREADABLE)


_Help = functools.partial(RawDescriptionHelpFormatter, max_help_position=32)


def _wrong(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=_WRONG)


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise _wrong(f"{file} can't be written: {error.strerror}.") from error


def _failure(error: WorkwaysError) -> CommandError:
    """What went wrong, why as far as it is known, and what to do next."""
    match error:
        case Rejected():
            code, advice = _REFUSED, "The API said no, and nothing was done."
        case Unauthorized():
            code, advice = _NOT_ALLOWED, "The token was refused: check WORKWAYS_API_TOKEN. Nothing was done."
        case OutcomeUnknown():
            code, advice = _UNKNOWN, "It may have been done or not. Look it up before you send it again."
        case Throttled(wait_seconds=seconds):
            wait = "later" if seconds is None else f"in {seconds:.0f} seconds"
            code, advice = _LATER, f"There were too many calls. Nothing was done; try again {wait}."
        case Garbled() | TooLarge():
            code, advice = _UNREADABLE, "The answer is not what the API's document promises."
        case _:
            code, advice = _LATER, "The API was not reached or gave no answer. Nothing was changed; try again later."
    return CommandError(f"{error}\n{advice}", returncode=code)
