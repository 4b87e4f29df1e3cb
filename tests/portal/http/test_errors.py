"""An error says what happened and gives away nobody's address and no token."""

import pickle

import pytest

from portal.http.errors import AddressRefused, AnswerTooLarge, AnswerUnreadable, OutboundError, without_secrets


@pytest.mark.parametrize(
    "text",
    [
        "User jean.dupont@acme.com not found",
        "for <jean.dupont@acme.com>",
        "Bearer abcdefgh0123456789",
        "token ww_dev_" + "0" * 64,
        "wrong: ww_dev_short.",
    ],
)
def test_addresses_and_tokens_are_hidden(text: str) -> None:
    hidden = without_secrets(text)

    assert "[hidden]" in hidden
    assert not any(secret in hidden for secret in ("jean", "acme.com", "abcdefgh", "0000", "short"))


def test_documents_hint_about_the_header_is_left_alone() -> None:
    text = "Authorization header is required. Use: Authorization: Bearer <your_token>"

    assert without_secrets(text) == text


def test_error_names_what_was_asked_and_answered() -> None:
    error = OutboundError("no user a@b.example", method="GET", path="/api/user-info", status=400)

    assert str(error) == "GET /api/user-info: HTTP 400: no user [hidden]"
    assert repr(error) == "OutboundError('GET /api/user-info: HTTP 400: no user [hidden]')"
    assert error.message == "no user a@b.example"


@pytest.mark.parametrize(
    "error",
    [
        OutboundError("x", method="GET", path="/y", status=500),
        AddressRefused("x"),
        AnswerTooLarge(limit=7),
        AnswerUnreadable("x"),
    ],
)
def test_error_survives_the_way_to_another_process(error: OutboundError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - we wrote these bytes a moment ago

    assert type(copy) is type(error)
    assert copy.__dict__ == error.__dict__
    assert str(copy) == str(error)
