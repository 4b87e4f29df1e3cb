"""Which pages count, for whom, and how a distribution is summed up."""

import pytest

from bookings.figures.rules import Counted, Seen, is_program, joined, page_seen, percentile

ROOM, SITE = "c1" * 12, "5a" * 12
SLOT = "date=2026-01-12&start=10:00&duration=60&people=2"


@pytest.mark.parametrize(
    ("path", "query", "part", "seen"),
    [
        ("/search/", "date=2026-01-12", "", Seen(("looked",))),
        ("/fr/search/", f"site={SITE}", "", Seen(("looked",), site=SITE)),
        ("/search/", "site=nonsense", "", Seen(("looked",))),
        ("/search/", "date=2026-01-12&page=2", "", None),
        ("/search/", "date=2026-01-12&tries=2", "", None),
        (f"/sites/{SITE}/day/", "", "", Seen(("looked",), site=SITE)),
        (f"/sites/{SITE}/day/", "", "section#calendar", None),
        (f"/sites/{SITE}/", "", "", None),
        (f"/rooms/{ROOM}/", "", "", Seen(("room",), room=ROOM)),
        (f"/fr/rooms/{ROOM}/", SLOT, "", Seen(("room", "time"), room=ROOM)),
        (f"/rooms/{ROOM}/", SLOT, "section#booking", Seen(("time",), room=ROOM)),
        (f"/rooms/{ROOM}/", SLOT, "div#choose", Seen(("time",), room=ROOM)),
        (f"/rooms/{ROOM}/", "date=2026-01-12", "div#choose", None),
        (f"/rooms/{ROOM}/", SLOT, "section#calendar", None),
        (f"/rooms/{ROOM}/busy.ics", "", "", None),
        ("/", "", "", None),
        ("/staff/", "", "", None),
    ],
)
def test_page_stands_for_its_steps(path: str, query: str, part: str, seen: Seen | None) -> None:
    assert page_seen(path, query, part) == seen


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Googlebot/2.1 (+http://www.google.com/bot.html)",
        "curl/8.5",
        "python-requests/2.32",
        "Slackbot-LinkExpanding",
    ],
)
def test_program_that_says_so_is_told_from_a_person(agent: str) -> None:
    assert is_program(agent)


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1",
        "Mozilla/5.0 (Linux; Android 16; CUBOT X90) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36",
    ],
)
def test_persons_browser_is_no_program(agent: str) -> None:
    assert not is_program(agent)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.5, None), ([7], 0.95, 7), ([1, 2, 3, 4], 0.5, 2), (range(1, 101), 0.95, 95), ([1] * 19 + [60], 0.95, 1)],
)
def test_percentile_is_the_nearest_rank(values: list[int], share: float, expected: int | None) -> None:
    counts = {value: list(values).count(value) for value in values}

    assert percentile(counts, share) == expected


def test_hours_that_are_over_keep_the_most_that_was_seen() -> None:
    known = [[9, 9, 60, 60], [10, 10, 60, 0]]
    fresh = [Counted(9, 9, 60, 0), Counted(10, 10, 60, 30), Counted(11, 11, 60, 15)]

    assert joined(known, fresh) == [Counted(9, 9, 60, 60), Counted(10, 10, 60, 30), Counted(11, 11, 60, 15)]
