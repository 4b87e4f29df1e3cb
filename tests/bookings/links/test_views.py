"""The page that asks for patience."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django_ratelimit.middleware import RatelimitMiddleware

from bookings.links.limits import TooOften


def refused(wait: int) -> Any:
    def never(request: HttpRequest) -> HttpResponse:
        raise AssertionError

    request = RequestFactory().post("/")
    return RatelimitMiddleware(never).process_exception(request, TooOften(wait))


@pytest.mark.django_db
def test_too_many_attempts_become_a_page_that_says_when_to_try_again(client: Any) -> None:
    response = refused(119)

    assert response.status_code == 429
    assert response["Retry-After"] == "119"
    assert response["Cache-Control"] == "no-store"
    assert "Try again in 2 minutes." in response.content.decode()


@pytest.mark.django_db
def test_short_wait_is_told_as_one_minute(client: Any) -> None:
    assert "Try again in 1 minute." in refused(1).content.decode()
