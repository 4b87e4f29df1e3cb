"""What every test has: a data folder of its own, a clock that stands, no way out to the network."""

import atexit
import gc
import os
import shutil
import socket
import tempfile
from datetime import UTC, datetime, timedelta
from typing import Any

# Settings read the environment once, so the tests' own values must stand before Django is loaded. Only the addresses
# of the database and of Redis come from outside: the same tests run on SQLite and PostgreSQL, on files and Redis.
_data = tempfile.mkdtemp(prefix="portal-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["PORTAL_DATA_DIR"] = _data
for _name in ("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "PORTAL_URL", "WORKWAYS_API_URL", "WORKWAYS_API_TOKEN"):
    os.environ.pop(_name, None)
for _name in ("EMAIL_URL", "DEFAULT_FROM_EMAIL", "SENTRY_DSN", "LOG_FORMAT"):
    os.environ.pop(_name, None)
if os.environ.get("REDIS_URL"):
    # Each process of the tests empties its cache, so each needs a Redis database of its own; a server has sixteen.
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{int(_worker) % 16}"
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"

import django  # noqa: E402  Only now, because of the environment.

django.setup()
# The processes that share the tests inherit this environment. With the variable still set, pytest's Django plugin would
# load the settings in them before this file has given them a data folder of their own.
del os.environ["DJANGO_SETTINGS_MODULE"]

import hypothesis  # noqa: E402
import pytest  # noqa: E402
from django.conf import settings as django_settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.utils import translation  # noqa: E402
from whitenoise.middleware import WhiteNoiseMiddleware  # noqa: E402

from bookings.catalog.queries import forget_operator_settings  # noqa: E402
from bookings.upstream_calls import recording  # noqa: E402
from tests.support.chromium import CHROMIUM  # noqa: E402

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")
# A test looks at a page right after it changed something; those about keeping pages switch it on.
django_settings.PAGES_KEPT_SECONDS = 0
_real_connect = socket.socket.connect
_list_static_files = WhiteNoiseMiddleware.add_files_from_finders
_listed: dict[str, Any] = {}


def _list_static_files_once(self: WhiteNoiseMiddleware) -> None:
    """As a web process lists all files at its start; each client of a test is one more, and the files don't change."""
    if not _listed:
        _list_static_files(self)
        _listed.update(self.files)
    self.files.update(_listed)


WhiteNoiseMiddleware.add_files_from_finders = _list_static_files_once


class StoppedClock:
    """A clock that shows what a test sets, and moves only when told."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def set(self, instant: datetime) -> None:
        """Shows this instant from now on."""
        self.instant = instant

    def forward(self, **span: float) -> None:
        """Moves on by a timedelta's keywords, such as minutes=10."""
        self.instant += timedelta(**span)


@pytest.fixture
def clock(settings: Any) -> StoppedClock:
    """The portal's clock, stopped at Wednesday 7 January 2026, 09:00 UTC (10:00 in Paris)."""
    stopped = StoppedClock(datetime(2026, 1, 7, 9, 0, tzinfo=UTC))
    settings.CLOCK = stopped
    return stopped


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
    forget_operator_settings()


@pytest.fixture(autouse=True)
def _no_calls_of_others() -> None:
    """What one test called is nothing that the next one should write down."""
    recording.forget()


@pytest.fixture(autouse=True)
def _english() -> None:
    """A page in French leaves its language behind in the thread, as in a web process between two requests."""
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine can be reached, so no test depends on, or bothers, anybody outside."""

    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        return _real_connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


def _needs(config: pytest.Config) -> dict[str, bool]:
    return {
        "postgres": "postgresql" in django_settings.DATABASES["default"]["ENGINE"],
        "redis": bool(django_settings.REDIS_URL),
        "browser": CHROMIUM.exists(),
        "curl": shutil.which("curl") is not None,
        "node": shutil.which("node") is not None and shutil.which("npm") is not None,
    }


def _meets_a_server(item: pytest.Item) -> bool:
    """Does the test's answer depend on which database, cache or broker there is?"""
    if item.get_closest_marker("page") or item.get_closest_marker("once"):
        return False
    if any(item.get_closest_marker(name) for name in ("django_db", "postgres", "redis", "cache", "browser")):
        return True
    return bool({"db", "transactional_db", "live_server"}.intersection(getattr(item, "fixturenames", ())))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out tests whose service is not here, unless PORTAL_TESTS_NEED names it: then its absence is an error.

    With PORTAL_TESTS_OF=servers, for a second run on other servers, only the tests that meet one are run.
    """
    here = _needs(config)
    demanded = {word for word in os.environ.get("PORTAL_TESTS_NEED", "").split(",") if word}
    missing = sorted(word for word in demanded if not here[word])
    if missing:
        raise pytest.UsageError(f"PORTAL_TESTS_NEED names {', '.join(missing)}, which this run can't reach.")
    only_servers = os.environ.get("PORTAL_TESTS_OF") == "servers"
    kept, left_out = [], []
    for item in items:
        lacks = [name for name, present in here.items() if item.get_closest_marker(name) and not present]
        (left_out if lacks or (only_servers and not _meets_a_server(item)) else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end; the garbage collector need not look at it ever again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the contract suite covered of the API document, when it was among the tests."""
    passed = [report for report in terminalreporter.getreports("passed") if report.when == "call"]
    if any(report.user_properties for report in passed):
        from tests.contract.coverage import summary

        for number, line in enumerate(summary(passed)):
            if number == 0:
                terminalreporter.section("Workways API contract")
            terminalreporter.write_line(line)
