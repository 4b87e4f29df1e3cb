import re

import pytest

from bookings.core.identifiers import is_workways_id, new_browser_key, new_reference


@pytest.mark.parametrize("text", ["0123456789abcdef01234567", "f" * 24])
def test_workways_id_is_24_hex_digits(text: str) -> None:
    assert is_workways_id(text)


@pytest.mark.parametrize(
    "text", ["", "f" * 23, "f" * 25, "F" * 24, "g" * 24, "f" * 24 + "\n", "\u0663" * 24, "../" * 8, "\x00" * 24]
)
def test_anything_else_is_no_workways_id(text: str) -> None:
    assert not is_workways_id(text)


def test_references_can_be_read_out_and_differ() -> None:
    references = {new_reference() for _ in range(200)}

    assert len(references) == 200
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", reference) for reference in references)


def test_browser_keys_fit_their_column_and_differ() -> None:
    keys = {new_browser_key() for _ in range(200)}

    assert len(keys) == 200
    assert all(24 <= len(key) <= 64 for key in keys)
