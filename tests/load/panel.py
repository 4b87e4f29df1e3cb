"""How fast the staff panel is: `python -m tests.load.panel [--postgres] [--requests 100000] [--times 100]`.

Fills a database of its own with 1,000 rooms and so many requests, their words, mails and registrations, signs an admin
in and asks for the panel's pages in this process, each question with another name, address or day. What it prints is
the server's own time for a whole page, template included, and the number of statements, beside a constant view that
passes the same middleware. The target is 200 ms for each page.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from tests.load.pages import postgres
from tests.load.search import Figures, fill_catalog, row

_ROOMS = 1000
_AT_ONCE = 5000
_FIRST = ("Jean", "Marie", "Paul", "Élodie", "Nora", "Hugo", "Léa", "Tom", "Inès", "Karim", "Sofia", "Liam", "Chloé")
_LAST = ("Martin", "Dupont", "Bernard", "Petit", "Durand", "Leroy", "Moreau", "Simon", "Laurent", "Lefèvre", "Roux")
# Out of a hundred: most were booked, some are open, a few wait for a person.
_STATES = ["booked"] * 78 + ["expired"] * 12 + ["refused"] * 7 + ["registration_needed"] * 2 + ["archived"]


def fill_requests(count: int) -> float:
    """Writes requests of a year, ten months past and two to come, with all that hangs on them; in how many seconds."""
    from django.db import connection

    from bookings.booking_requests.models import BookingRequest, GuestAsk, RequestWord
    from bookings.catalog.models import Room
    from bookings.catalog.words import words_of
    from bookings.mail.models import OutboxMail
    from bookings.registration.models import Registration
    from portal import clock

    began, now, chance = time.perf_counter(), clock.now(), random.Random(11)
    rooms = list(Room.objects.select_related("site").order_by("pk"))

    def requests() -> Iterator[BookingRequest]:
        for number in range(count):
            room = chance.choice(rooms)
            day = now + timedelta(days=chance.randrange(-300, 61))
            start = day.replace(hour=chance.randrange(7, 18), minute=chance.choice((0, 30)), second=0, microsecond=0)
            first, last = chance.choice(_FIRST), f"{chance.choice(_LAST)}{'' if number % 3 else number % 2000}"
            yield BookingRequest(
                reference=_reference(number),
                state="kept" if number % 2500 == 0 else chance.choice(_STATES),
                room=room,
                start=start,
                end=start + timedelta(hours=1),
                zone_name=room.site.zone_name,
                people=2,
                email=f"{first}.{last}{number}@{_domain(number)}".lower(),
                name=f"{first} {last}",
                language="en",
                browser_key=str(number),
                price_minor=2000,
                created_at=now - timedelta(minutes=5 * (count - number)),
                presence="shown",
            )

    _write(BookingRequest, requests())
    told = BookingRequest.objects.order_by("pk")
    _write(
        RequestWord,
        (
            RequestWord(request_id=pk, word=word)
            for pk, *texts in told.values_list("pk", "reference", "name", "email").iterator()
            for word in words_of(" ".join(texts))
        ),
    )
    keys = list(told.values_list("pk", flat=True))
    _write(
        Registration,
        (
            Registration(
                reference=_reference(number),
                booking_request_id=pk,
                company=_company(number),
                email="x@example.org",
                state="created",
                language="en",
                browser_key="x",
            )
            for number, pk in enumerate(keys[::5])
        ),
    )
    _write(
        RequestWord,
        (
            RequestWord(request_id=pk, word=word, of_company=True)
            for number, pk in enumerate(keys[::5])
            for word in words_of(_company(number))
        ),
    )
    _write(
        OutboxMail,
        (
            OutboxMail(
                kind="booked",
                to="x@example.org",
                language="en",
                subject="Booked",
                sealed=b"x" * 2000,
                repeat_key=f"load:{pk}",
                message_id="x",
                state="failed" if pk % 5000 == 0 else "sent",
                booking_request_id=pk,
            )
            for pk in keys
        ),
    )
    _write(GuestAsk, (GuestAsk(request_id=pk, kind="question", message="?") for pk in keys[::4000]))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return time.perf_counter() - began


def _write(model: Any, rows: Iterable[Any]) -> None:
    from django.db import transaction

    waiting = iter(rows)
    while some := list(islice(waiting, _AT_ONCE)):
        with transaction.atomic():
            model.objects.bulk_create(some)


def _reference(number: int) -> str:
    alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    letters = ""
    # Well apart, as chance would draw them.
    rest = number * 7_919_999 % len(alphabet) ** 8
    for _ in range(8):
        rest, letter = divmod(rest, len(alphabet))
        letters += alphabet[letter]
    return f"{letters[:4]}-{letters[4:]}"


def _domain(number: int) -> str:
    return "gmail.com" if number % 2 else f"firm{number % 3000}.example"


def _first(number: int) -> str:
    return _FIRST[number % len(_FIRST)]


def _last(number: int) -> str:
    return _LAST[number % len(_LAST)]


def _company(number: int) -> str:
    return f"Atelier {_last(number)} {number % 5000}"


def _day(number: int) -> str:
    from portal import clock

    return (clock.now() + timedelta(days=number % 300 - 250)).date().isoformat()


def questions(count: int) -> dict[str, Callable[[int], str]]:
    """What is asked, by name: the address for a number."""
    from bookings.catalog.models import Room, Site

    sites: Sequence[str] = Site.objects.values_list("workways_id", flat=True)
    rooms: Sequence[tuple[str, str]] = Room.objects.values_list("site__workways_id", "workways_id")
    sites, rooms = list(sites), list(rooms)
    base = "/staff/requests/?"
    return {
        "a constant": lambda n: "/plain/constant/",
        "today": lambda n: "/staff/",
        "the list": lambda n: base,
        "the list, its last page": lambda n: f"{base}page=20",
        "filtered by state": lambda n: f"{base}state={('booked', 'refused', 'kept', 'archived')[n % 4]}",
        "filtered: needs a person": lambda n: f"{base}state=needs_staff",
        "filtered by site": lambda n: f"{base}site={sites[n % len(sites)]}",
        "filtered by room, by meeting": lambda n: "{}site={}&room={}&order=start".format(base, *rooms[n % len(rooms)]),
        "filtered by a week of meetings, state": lambda n: (
            f"{base}meeting_since={_day(n)}&meeting_until={_day(n + 6)}&state=booked&order=start"
        ),
        "filtered by a month of beginnings": lambda n: f"{base}created_since={_day(n)}&created_until={_day(n + 30)}",
        "ordered by meeting": lambda n: f"{base}order=start",
        "search: a first name (one in thirteen)": lambda n: f"{base}words={_first(n)}",
        "search: first and last name": lambda n: f"{base}words={_first(n)}+{_last(n)}",
        "search: a rare name": lambda n: f"{base}words={_last(n)}{n * 13 % 2000}",
        "search: one letter": lambda n: f"{base}words={'mlpdg'[n % 5]}",
        "search: part of the address (half)": lambda n: f"{base}words=gmail",
        "search: beginning of an address": lambda n: f"{base}words=jean.dupont{n}@",
        "search: a company": lambda n: f"{base}words=atelier+{n * 17 % 5000}",
        "search: a reference": lambda n: f"{base}words={_reference(n * 31 % count)}",
        "search: a room": lambda n: f"{base}words=room+{n * 37 % _ROOMS:05}",
        "search: every room": lambda n: f"{base}words=room",
        "search: nobody": lambda n: f"{base}words=zzz{n}",
        "search in a state and a site": lambda n: f"{base}words={_first(n)}&state=booked&site={sites[n % len(sites)]}",
    }


def ask(client: Any, path: Callable[[int], str], times: int) -> tuple[Figures, int]:
    """Asks so many times, with another number each time; also how many statements one takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def get(number: int) -> int:
        response = client.get(path(number))
        if response.status_code != 200:
            raise SystemExit(f"{path(number)} was answered with {response.status_code}.")
        return len(response.content)

    for number in range(3):
        get(number)
    with CaptureQueriesContext(connection) as queries:
        size = get(3)
        statements = len(queries)
    walls, began = [], time.process_time()
    for number in range(times):
        start = time.perf_counter()
        get(number)
        walls.append((time.perf_counter() - start) * 1000)
    cpu = (time.process_time() - began) * 1000 / times
    return Figures(statistics.median(walls), statistics.quantiles(walls, n=20)[-1], cpu, f"{size:,} bytes"), statements


def measure(count: int, times: int) -> None:
    """Fills, asks, prints. The environment stands already."""
    import django
    from django.core.management import call_command

    django.setup()
    import logging

    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client

    from portal.members.models import PanelRules

    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    fill_catalog(_ROOMS)
    seconds = fill_requests(count)
    PanelRules.objects.create(two_factor_for="nobody")
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.create_superuser("load"))
    print(f"\n{_ROOMS:,} rooms, {count:,} requests, {connection.vendor}; written in {seconds:.0f} s")
    print(f"load of this machine before the runs: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'milliseconds of a whole page':<44}{'p50':>9}{'p95':>9}{'CPU':>9}")
    for name, path in questions(count).items():
        figures, statements = ask(client, path, times)
        row(name, figures, f", {statements} statements")


def main() -> None:
    """Sets the environment up, then measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=100, help="how often each page is asked for")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-panel-")))
        os.environ.update(PORTAL_DATA_DIR=str(folder / "data"), DJANGO_SETTINGS_MODULE="tests.load.settings")
        for name in ("DATABASE_URL", "REDIS_URL", "WORKWAYS_API_URL", "WORKWAYS_API_TOKEN"):
            os.environ.pop(name, None)
        if options.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder))
        measure(options.requests, options.times)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
