"""A real browser in front of the real site, with a small Workways account behind it."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from whitenoise import WhiteNoise

from portal.static_storage import ENTRY, join_stylesheets
from tests.conftest import StoppedClock
from tests.support.chromium import CHROMIUM
from tests.support.world import World, build_world

# Playwright's synchronous API runs an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
PLAIN_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey needs the browser; those that judge a page's looks are told by their parameter."""
    for item in items:
        if "tests/journeys" in str(item.path).replace(os.sep, "/"):
            item.add_marker(pytest.mark.browser)
            if "look" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.page)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def live_server(live_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Hands out static files as an installation does: one style sheet, and browsers keep what they got.

    Left alone it would read some forty style sheets for each page, and again for the next one. The files keep their
    names, because a process makes its pages for one set of names, and the other tests in this one expect those.
    """
    folder = tmp_path_factory.mktemp("static")
    storages = {**portal_settings.STORAGES, "staticfiles": {"BACKEND": PLAIN_STORAGE}}
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    (folder / ENTRY).write_text(join_stylesheets(ENTRY, lambda path: (folder / path).read_text()))
    live_server.thread.httpd.set_app(WhiteNoise(WSGIHandler(), root=folder, prefix="static/", max_age=3600))
    return live_server


@pytest.fixture
def world(transactional_db: None, clock: StoppedClock) -> World:
    """The account and its mirror, on Wednesday 7 January 2026, 10:00 in Paris."""
    return build_world()


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(browser: Browser, live_server: Any) -> Iterator[OpenContext]:
    """Opens a browser profile of its own: another visitor, or another device. A server error fails the test."""
    opened: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(*, javascript: bool = True, width: int = 1280, **options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            locale="en-IE",
            # Otherwise each jump to a part of a page glides there, and each press of a button waits for its end.
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(8000)
        context.on("response", lambda answer: errors.append(answer.url) if answer.status >= 500 else None)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
    assert errors == []


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    """A visitor at a desk."""
    return open_context().new_page()
