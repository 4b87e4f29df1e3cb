"""How long a page takes in a browser that was never here, and what it fetches: Chromium, headless, with no cache."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import Browser, Request, sync_playwright

from tests.support.chromium import CHROMIUM

# As root a browser has no sandbox, and a container's /dev/shm is small.
_ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]
_TIMES = """async () => {
  const [page] = performance.getEntriesByType("navigation");
  while (!page.loadEventEnd) await new Promise((resolve) => setTimeout(resolve, 5));
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return [page.responseEnd, paint ? paint.startTime : 0, page.loadEventEnd];
}"""


@dataclass(frozen=True, slots=True)
class Load:
    """A first view: medians in milliseconds from the start of the navigation; what was fetched, in bytes packed.

    `answered` is when the page's own text was there, `painted` when something of it was to be seen. `scripts` is a part
    of `transferred`; a browser without a window asks for no icon.
    """

    answered: float
    painted: float
    loaded: float
    requests: int
    transferred: int
    scripts: int


def load_pages(addresses: Iterable[str], *, times: int) -> dict[str, Load]:
    """Each address so many times by a new visitor, after one that doesn't count."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_ARGUMENTS)
        loads = {address: _load(chromium, address, times) for address in addresses}
        chromium.close()
    return loads


def _load(chromium: Browser, address: str, times: int) -> Load:
    seen: list[list[float]] = []
    fetched: list[Request] = []
    sizes: list[tuple[str, int]] = []
    for _ in range(times + 1):
        context = chromium.new_context()
        page = context.new_page()
        fetched.clear()
        page.on("requestfinished", lambda request: fetched.append(request))
        page.goto(address, wait_until="networkidle")
        seen.append(page.evaluate(_TIMES))
        sizes = [
            (one.resource_type, said["responseHeadersSize"] + said["responseBodySize"])
            for one in fetched
            for said in [one.sizes()]
        ]
        context.close()
    answered, painted, loaded = (statistics.median(one[place] for one in seen[1:]) for place in range(3))
    return Load(
        answered=answered,
        painted=painted,
        loaded=loaded,
        requests=len(sizes),
        transferred=sum(size for _, size in sizes),
        scripts=sum(size for kind, size in sizes if kind == "script"),
    )
