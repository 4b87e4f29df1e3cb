"""How many bookings a second the API takes: `python -m tests.load.api_bookings [--seconds 8] [--rounds 10] [--sqlite]`.

Starts a PostgreSQL cluster and a server of its own (granian, WSGI, two workers of four threads, as the README says) in
a temporary folder. First 16 clients of wrk (Debian's package) post meeting-requests of a known company for disjoint
hours of 99 rooms; each must be ACCEPTED, and the calendars must hold each of them afterwards. Beside it stands a plain
Django view that only inserts one row for the same body. Then 50 clients post overlapping slots at once, round after
round; one of them must win. All calls carry a token, and each booking writes its notice into the outbox, as for any
integrator. PostgreSQL waits for its disk at each commit. The load generator shares the processors with the server.
"""

import argparse
import json
import os
import re
import subprocess
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.load.pages import free_port, portal, postgres, processor_seconds

CLIENTS, RACERS, ROOMS, THREADS = 16, 50, 100, 4
COMPANY = "load@acme.example"
# wrk runs this in each of its threads; there is one, so the counter gives each call another slot.
SCRIPT = """
local rooms = { %(rooms)s }
local n, accepted, refused = 0, 0, 0
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer %(token)s"
wrk.headers["Content-Type"] = "application/json"
request = function()
  local room, hour = rooms[n %% #rooms + 1], math.floor(n / #rooms)
  n = n + 1
  local start = os.date("!%%Y-%%m-%%dT%%H:%%M:%%SZ", %(first)d + hour * 3600)
  return wrk.format(nil, nil, nil, '{"contactEmail":"%(company)s","bookedRoom":"' .. room ..
    '","bookedAt":"' .. start .. '","duration":60,"bookedUser":4,"name":"Load"}')
end
local told = {}
response = function(status, headers, body)
  if status == 200 and body:find('"ACCEPTED"', 1, true) then accepted = accepted + 1
  else refused = refused + 1; if refused < 3 then print(status, body) end end
  wrk.thread:set("accepted", accepted); wrk.thread:set("refused", refused)
end
local threads = {}
setup = function(thread) table.insert(threads, thread) end
done = function()
  for _, thread in ipairs(threads) do
    print("counted", thread:get("accepted") or 0, thread:get("refused") or 0)
  end
end
"""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the clients post: the server's process, the address, the token, and the rooms to book."""

    server: int
    address: str
    token: str
    rooms: list[str]


def fill() -> tuple[str, list[str]]:
    """A company that is known, the rooms, and a token; gives the token and the rooms' ids."""
    from portal import clock
    from portal.embedded.auth import create_token, ensure_developer
    from portal.embedded.models import Organization, Room, Site, User

    now = clock.now()
    site = Site.objects.create(name="Site", country="FR", zone_name="Europe/Paris")
    Room.objects.bulk_create(
        Room(site=site, name=f"Room {number:03}", type="publicMeeting", default_state="bookable", actual_state="free")
        for number in range(ROOMS)
    )
    acme = Organization.objects.create(name="Acme", folded_name="acme", country="FR", activated_at=now)
    User.objects.create(email=COMPANY, role="principal-admin", organization=acme, verified_at=now)
    token = create_token(user=ensure_developer(email="load@portal.example", now=now), name="Load", now=now)[1]
    return token, list(Room.objects.order_by("name").values_list("pk", flat=True))


def book_disjoint_slots(name: str, target: Target, seconds: int, folder: Path) -> int:
    """16 clients for some seconds; prints bookings a second and what each costs, and gives their number."""
    first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    script = folder / "book.lua"
    listed = ", ".join(f'"{room}"' for room in target.rooms)
    values = {"rooms": listed, "token": target.token, "first": int(first.timestamp()), "company": COMPANY}
    script.write_text(SCRIPT % values)
    command = ["wrk", "-t", "1", "-c", str(CLIENTS), "-d", f"{seconds}s", "--latency", "--timeout", "20s"]
    before = processor_seconds(target.server), _database_seconds(folder)
    said = subprocess.run(
        [*command, "-s", str(script), target.address], check=True, capture_output=True, text=True
    ).stdout
    used, asked = processor_seconds(target.server) - before[0], _database_seconds(folder) - before[1]
    accepted, refused = (int(word) for word in _found(r"counted\s+(\d+)\s+(\d+)", said))
    took = float(_found(r"requests in ([\d.]+)s", said)[0])
    p50, p99 = _found(r"50%\s+(\S+)", said)[0], _found(r"99%\s+(\S+)", said)[0]
    print(f"{name:<38}{accepted / took:>10,.0f}{p50:>11}{p99:>11}", end="")
    print(f"{used * 1000 / accepted:>9.1f}{asked * 1000 / accepted:>10.1f}{accepted:>10,}{refused:>9,}", flush=True)
    if refused:
        print(said)
    return accepted


def _database_seconds(folder: Path) -> float:
    """Processor time of our own PostgreSQL; SQLite's is the server's."""
    kept = folder / "postgres" / "postmaster.pid"
    return processor_seconds(int(kept.read_text().split()[0])) if kept.exists() else 0.0


def race_for_one_slot(port: int, token: str, room: str, rounds: int) -> None:
    """50 clients, each on a connection of its own, released together; prints how many won in each round."""
    winners: Counter[int] = Counter()
    messages: Counter[str] = Counter()
    first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3000)
    began = time.perf_counter()
    for number in range(rounds):
        start = first + timedelta(hours=2 * number)
        answers = _at_once(port, token, room, start)
        winners[sum(answer.get("status") == "ACCEPTED" for answer in answers)] += 1
        messages.update(answer["message"] for answer in answers)
    took = time.perf_counter() - began
    print(f"\none slot, {RACERS} clients: {rounds} rounds in {took:.1f} s; winners by round: {dict(winners)}")
    for message, count in messages.most_common():
        print(f"  {count:>6,}  {message}")


def _at_once(port: int, token: str, room: str, start: datetime, *, clients: int = RACERS) -> list[dict[str, Any]]:
    barrier = threading.Barrier(clients)
    answers: list[dict[str, Any]] = []

    def post(place: int) -> None:
        # Each begins a little earlier or later than the next, and all overlap.
        body = {"contactEmail": COMPANY, "bookedRoom": room, "duration": 60 + 5 * (place % 3)}
        body["bookedAt"] = (start + timedelta(minutes=5 * (place % 4))).isoformat()
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        barrier.wait()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", "/api/meeting-request", json.dumps(body), headers)
        answers.append(json.loads(connection.getresponse().read()))
        connection.close()

    threads = [threading.Thread(target=post, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _count_events(port: int, rooms: list[str]) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/api/icsfeed?rooms={','.join(rooms)}")
    return connection.getresponse().read().count(b"BEGIN:VEVENT")


def _found(pattern: str, text: str) -> tuple[str, ...]:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"wrk said nothing like {pattern}:\n{text}")
    return match.groups()


def run(options: argparse.Namespace, folder: Path) -> None:
    """Everything after the environment stands."""
    import django
    from django.core.management import call_command

    django.setup()
    import logging

    from django.db import connections

    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    token, rooms = fill()
    connections.close_all()
    database = "SQLite" if options.sqlite else "PostgreSQL"
    print(f"\n{len(rooms)} rooms, {database}, granian WSGI, 2 workers of {THREADS} threads, {CLIENTS} clients of wrk")
    print(f"load of this machine before the runs: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(f"{'':<38}{'':>10}{'latency':>16}{'':>6}{'CPU ms for each':>19}")
    print(f"{'':<38}{'a second':>10}{'p50':>11}{'p99':>11}{'server':>9}{'database':>10}{'done':>10}{'refused':>9}")
    port = free_port()
    with portal(port, THREADS) as server:
        for day in range(20):
            # Both workers read their templates and make their connections before the clock runs.
            _at_once(port, token, rooms[-1], datetime.now(UTC) + timedelta(days=2000 + day), clients=4)
        # The last room was for warming up.
        for name, path in (("plain Django view, one insert", "/plain/insert/"), ("bookings", "/api/meeting-request")):
            target = Target(server.pid, f"http://127.0.0.1:{port}{path}", token, rooms[:-1])
            booked = book_disjoint_slots(name, target, options.seconds, folder)
        told = _count_events(port, rooms[:-1])
        # wrk hangs up in the midst of the last calls, so up to as many as it has clients are booked and not counted.
        verdict = "complete" if booked <= told <= booked + CLIENTS else "NOT COMPLETE"
        print(f"in the calendars: {told:,} events, {verdict}")
        race_for_one_slot(port, token, rooms[0], options.rounds)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite instead of a PostgreSQL of its own")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-load-")))
        os.environ.update(PORTAL_DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="tests.load.api_settings")
        for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_URL", "WORKWAYS_API_URL", "WORKWAYS_API_TOKEN"):
            os.environ.pop(name, None)
        if not options.sqlite:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder))
        run(options, folder)


if __name__ == "__main__":
    main()
