"""The cookie that tells browsers apart."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from bookings.links.browser import COOKIE, browser_key, ensure_browser, remember_browser


def made_by_post() -> tuple[str, Any]:
    request = RequestFactory().post("/")
    key = ensure_browser(request)
    return key, remember_browser(request, HttpResponse()).cookies[COOKIE]


def request_with(value: str) -> Any:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = value
    return request


def test_post_gives_a_key_that_the_next_request_brings_back() -> None:
    key, cookie = made_by_post()

    assert key
    assert browser_key(request_with(cookie.value)) == key


def test_cookie_is_closed_to_scripts_and_other_sites_and_lasts_a_year() -> None:
    _key, cookie = made_by_post()

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 3600
    assert not cookie["secure"]


def test_cookie_is_secure_on_an_https_portal(settings: Any) -> None:
    settings.IS_HTTPS = True

    _key, cookie = made_by_post()

    assert cookie["secure"]


def test_browser_keeps_its_key() -> None:
    key, cookie = made_by_post()
    request = RequestFactory().post("/")
    request.COOKIES[COOKIE] = cookie.value

    assert ensure_browser(request) == key


def test_key_is_known_within_the_request_that_made_it() -> None:
    request = RequestFactory().post("/")

    assert ensure_browser(request) == browser_key(request) == ensure_browser(request)


@pytest.mark.parametrize("value", ["", "invented", "invented:1abcde:signature", "é"])
def test_key_that_we_did_not_sign_counts_as_none(value: str) -> None:
    assert browser_key(request_with(value)) == ""


def test_altered_key_counts_as_none() -> None:
    _key, cookie = made_by_post()

    assert browser_key(request_with("X" + cookie.value[1:])) == ""


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_a_page_makes_no_key(method: str) -> None:
    request = getattr(RequestFactory(), method)("/")

    with pytest.raises(ValueError, match="Only a POST"):
        ensure_browser(request)
    assert remember_browser(request, HttpResponse()).cookies == {}
