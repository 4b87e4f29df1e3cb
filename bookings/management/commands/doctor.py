"""Looks at everything that the portal needs and names the missing piece."""

import smtplib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.core import checks, mail
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from bookings.catalog.queries import catalog_state
from portal import clock
from portal.workways import WorkwaysError
from portal.workways.connect import workways

_TIMEOUT_SECONDS = 10.0
_MOST_DRIFT = timedelta(seconds=60)
_OLD_CATALOG = timedelta(minutes=20)


class Trouble(Exception):
    """Something is missing or wrong; the message says what, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one part."""

    part: str
    is_fine: bool
    text: str


class Command(BaseCommand):
    """Prints a line for each part; exits with 1 when one of them is in trouble."""

    help = "Checks configuration, database, broker, upstream, mail and clock, and names the missing piece."
    # The checks of Django are one of the parts, and must not stop the others.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when anything is wrong."""
        findings = []
        for finding in examine():
            findings.append(finding)
            mark = self.style.SUCCESS("ok     ") if finding.is_fine else self.style.ERROR("TROUBLE")
            self.stdout.write(f"{mark} {finding.part:<14} {finding.text}")
        troubled = [finding.part for finding in findings if not finding.is_fine]
        if troubled:
            raise CommandError(f"Not everything is fine: {', '.join(troubled)}.")
        self.stdout.write("Everything is fine.")


def examine() -> Iterator[Finding]:
    """One finding for each part, in the order in which they depend on each other."""
    parts: dict[str, Callable[[], str]] = {
        "configuration": _configuration,
        "data folder": _data_folder,
        "database": _database,
        "migrations": _migrations,
        "cache": _cache,
        "broker": _broker,
        "upstream": _upstream,
        "worker": _worker,
        "mail": _mail,
        "clock": _clock,
    }
    needs_database = {"migrations", "worker"}
    if settings.WORKWAYS_IS_EMBEDDED:
        needs_database.add("upstream")
    needs_tables = needs_database - {"migrations"}
    missing: set[str] = set()
    for part, look in parts.items():
        if (part in needs_database and "database" in missing) or (part in needs_tables and "migrations" in missing):
            yield Finding(part, False, "Not looked at, because the database isn't ready.")
            continue
        try:
            yield Finding(part, True, look())
        except Trouble as trouble:
            missing.add(part)
            yield Finding(part, False, str(trouble))


def _configuration() -> str:
    messages = checks.run_checks(include_deployment_checks=not settings.IS_DEMO)
    serious = [message for message in messages if message.is_serious(checks.WARNING) and not message.is_silenced()]
    if serious:
        raise Trouble(" ".join(f"{message.msg} ({message.id})" for message in serious))
    return f"{'Demo' if settings.IS_DEMO else 'Real installation'} at {settings.PORTAL_URL}."


def _data_folder() -> str:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR):
            pass
    except OSError as error:
        raise Trouble(
            f"{settings.DATA_DIR} can't be written ({error.strerror}). Give the portal's user the right to, "
            "or set PORTAL_DATA_DIR."
        ) from error
    return f"{settings.DATA_DIR} can be written."


def _database() -> str:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise Trouble(f"No connection ({str(error).strip()}). Is it running, and is DATABASE_URL right?") from error
    return f"{connection.display_name} answers."


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Trouble(f"The list of migrations can't be read ({str(error).strip()}).") from error
    if waiting:
        raise Trouble(f"{len(waiting)} wait. Run: manage.py migrate")
    return "All applied."


def _cache() -> str:
    try:
        cache.set("doctor", "here", 10)
        kept = cache.get("doctor")
    except (OSError, RedisError) as error:
        raise Trouble(f"It can't be used ({type(error).__name__}). Is REDIS_URL right?") from error
    if kept != "here":
        raise Trouble("It forgets what it is told. Is its folder or its memory full?")
    return "Redis keeps what it is told." if settings.REDIS_URL else "Files keep what they are told."


def _broker() -> str:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=0, timeout=5)
    except (OSError, KombuError, RedisError) as error:
        raise Trouble(f"No connection ({type(error).__name__}). Is it running, and is REDIS_URL right?") from error
    return "Redis answers." if settings.REDIS_URL else "Messages go through files in the data folder."


def _upstream() -> str:
    name = "The embedded Workways API" if settings.WORKWAYS_IS_EMBEDDED else settings.WORKWAYS_API_URL
    try:
        sites = workways().sites(timeout=_TIMEOUT_SECONDS)
    except WorkwaysError as error:
        raise Trouble(f"{name} gave no usable answer ({error}). Are WORKWAYS_API_URL and its token right?") from error
    if not sites:
        raise Trouble(f"{name} answers, but has no site, so there is nothing to book.")
    return f"{name} answers with {len(sites)} sites."


def _worker() -> str:
    state = catalog_state()
    if state.attempted_at is None:
        raise Trouble("The catalog was never read. Start worker and beat: celery -A portal worker -B")
    age = clock.now() - state.attempted_at
    if age > _OLD_CATALOG:
        raise Trouble(f"Nothing has read the catalog for {_minutes(age)} minutes. Do worker and beat run?")
    if state.failure:
        raise Trouble(f"It runs, but the catalog could not be read: {state.failure}")
    return f"The catalog was read {_minutes(age)} minutes ago."


def _mail() -> str:
    if not settings.HAS_MAIL_SERVER:
        if settings.IS_DEMO:
            return "No EMAIL_URL: mails stay readable at /staff/outbox/."
        raise Trouble("EMAIL_URL is missing: mails stay in the outbox and reach nobody.")
    try:
        with mail.get_connection():
            pass
    except (OSError, smtplib.SMTPException) as error:
        where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        raise Trouble(f"{where} doesn't let us in ({type(error).__name__}). Is EMAIL_URL right?") from error
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} lets us in."


def _clock() -> str:
    compared = []
    for name, ask in (("Workways", _upstream_time), ("the database", _database_time)):
        shown = ask()
        if shown is None:
            continue
        drift = clock.now() - shown
        if abs(drift) > _MOST_DRIFT:
            way = "ahead of" if drift > timedelta(0) else "behind"
            seconds = int(abs(drift).total_seconds())
            raise Trouble(f"This machine's clock is {seconds} s {way} that of {name}. Turn on time synchronization.")
        compared.append(name)
    return f"Agrees with {' and '.join(compared)}." if compared else "Nothing else here has a clock to compare with."


def _upstream_time() -> datetime | None:
    if settings.WORKWAYS_IS_EMBEDDED:
        # It goes by this machine's clock.
        return None
    try:
        return workways().server_time(timeout=_TIMEOUT_SECONDS)
    except WorkwaysError:
        # That the upstream is silent was said already.
        return None


def _database_time() -> datetime | None:
    """What the database server's clock shows; None for a file, which has no clock of its own."""
    if connection.vendor != "postgresql":
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            shown: datetime = cursor.fetchone()[0]
    except DatabaseError:
        # That the database is silent was said already.
        return None
    return shown.astimezone(UTC)


def _minutes(age: timedelta) -> int:
    return max(0, int(age.total_seconds() // 60))
