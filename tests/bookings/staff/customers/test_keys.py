"""Neither the address of a page nor the audit gives a customer's address away."""

from typing import Any

import pytest
from django.urls import resolve, reverse

from bookings.audit.rules import problem_of
from bookings.staff.customers.keys import CustomerConverter, CustomerKey, key_of, references_of

EMAIL = "jean.dupont@acme.example"


def test_address_of_the_page_leads_to_the_customer_and_hides_who_it_is() -> None:
    path = reverse("staff-customer", args=[key_of(f" {EMAIL.upper()} ")])

    assert resolve(path).kwargs == {"customer": CustomerKey(EMAIL)}
    assert not [word for word in ("jean", "dupont", "acme", "@") if word in path.lower()]
    assert path == reverse("staff-customer", args=[CustomerKey(EMAIL)])


def test_reference_is_opaque_and_fit_for_the_audit() -> None:
    key = CustomerKey(EMAIL)

    assert len(str(key)) == 24
    assert problem_of(str(key), {}) == ""
    assert EMAIL not in repr(key)
    assert str(key) != str(CustomerKey("marie.martin@example.org"))


@pytest.mark.parametrize("text", ["A" * 24, "A" * 25, "-" * 60, "jean.dupont"])
def test_invented_address_of_a_page_leads_nowhere(text: str) -> None:
    with pytest.raises(ValueError, match=r"No address|padding|base64"):
        CustomerConverter().to_python(text)


def test_altered_address_of_a_page_leads_nowhere() -> None:
    sealed = CustomerConverter().to_url(CustomerKey(EMAIL))

    for number, letter in enumerate(sealed[:-1]):
        other = "A" if letter != "A" else "B"
        with pytest.raises(ValueError, match=r"No address|padding|base64"):
            CustomerConverter().to_python(sealed[:number] + other + sealed[number + 1 :])


def test_new_secret_keeps_old_addresses_and_references_while_it_knows_the_old_one(settings: Any) -> None:
    sealed, reference = CustomerConverter().to_url(CustomerKey(EMAIL)), str(CustomerKey(EMAIL))

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret for this test alone"

    assert CustomerConverter().to_python(sealed) == CustomerKey(EMAIL)
    assert references_of(EMAIL) == [str(CustomerKey(EMAIL)), reference]
    assert str(CustomerKey(EMAIL)) != reference


def test_longest_address_fits() -> None:
    key = CustomerKey(f"{'a' * 64}@{'b' * 185}.fr")

    assert CustomerConverter().to_python(CustomerConverter().to_url(key)) == key
    assert resolve(reverse("staff-customer", args=[key])).kwargs == {"customer": key}
