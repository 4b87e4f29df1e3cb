"""What a change sends, what the contract should say then, and how two contracts differ."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bookings.staff.customers.differences import Difference, between, differences, price_effect
from bookings.staff.customers.errors import CannotBeKept
from bookings.staff.customers.plans import (
    NewOption,
    NewRoom,
    Plan,
    is_idle,
    merge_of,
    mismatches,
    result_of,
    sum_of_options,
)
from bookings.staff.customers.terms import OptionTerm, RoomTerm, Terms, written
from portal.workways import ContractMerge, OptionOrder

TERMS = Terms(
    end="2026-12-31",
    renewal_months=12,
    base_price="1300",
    rooms=(RoomTerm("a", "Bureau A", "850", ""), RoomTerm("b", "Bureau B", None, "2026-06-30")),
    options=(
        OptionTerm(1, "parking", "Parking", 2, "150", None, "2024-01-01", ""),
        OptionTerm(2, "tv_rental", "TV", 3, None, None, "", ""),
    ),
)
PARKING = NewOption(model_id="p" * 24, key="parking", name="Parking", quantity=3, price="140")
OFFERED = {"models": {"parking": "p" * 24, "tv_rental": "t" * 24}}


@pytest.mark.parametrize(
    ("plan", "sent"),
    [
        (Plan(rent="1500€"), {"rental_price": "1500€"}),
        (Plan(start="2026-02-01", end="2027-01-31"), {"rental_start_at": "2026-02-01", "rental_end_at": "2027-01-31"}),
        (Plan(renewal_months=0), {"rental_renewal_months": 0}),
        (
            Plan(comment="Signed.", folder="https://x.example/"),
            {"rental_comment": "Signed.", "rental_url": "https://x.example/"},
        ),
        (
            Plan(rooms_add=(NewRoom(id="c", name="C"), NewRoom(id="a", name="A")), rooms_remove=("b", "gone")),
            {"rooms_to_add": ("c",), "rooms_to_remove": ("b",)},
        ),
        (Plan(rooms_add=(NewRoom(id="c", name="C"),), rooms_remove=("b",), rooms_anew=True), {"rooms": ("a", "c")}),
        (Plan(rooms_remove=("a", "b"), rooms_anew=True), {"rooms": ()}),
        (Plan(options_remove=(2, 9)), {"contract_options_to_remove": (2,)}),
        (
            Plan(options_add=(replace(PARKING, promo="99.5", promo_months=3, start="2026-02-01", end="2026-12-31"),)),
            {
                "contract_options_to_add": (
                    OptionOrder(
                        option_model_id="p" * 24,
                        key="parking",
                        name="Parking",
                        quantity=3,
                        price=Decimal(140),
                        price_promo=Decimal("99.5"),
                        promo_months=3,
                        start_at="2026-02-01",
                        end_at="2026-12-31",
                    ),
                )
            },
        ),
        (
            Plan(options_add=(PARKING,), options_remove=(1,), options_anew=True, **OFFERED),
            {
                "contract_options": (
                    OptionOrder(option_model_id="t" * 24, key="tv_rental", name="TV", quantity=3),
                    OptionOrder(
                        option_model_id="p" * 24, key="parking", name="Parking", quantity=3, price=Decimal(140)
                    ),
                )
            },
        ),
        (Plan(options_remove=(1, 2), options_anew=True), {"contract_options": ()}),
    ],
)
def test_change_sends_what_was_asked_for_and_nothing_else(plan: Plan, sent: dict[str, object]) -> None:
    assert merge_of(plan, TERMS, "o" * 24) == ContractMerge(organization_id="o" * 24, **sent)
    assert Plan.from_json(plan.to_json()) == plan


def test_option_that_no_site_offers_any_more_cannot_be_sent_anew() -> None:
    with pytest.raises(CannotBeKept, match="Parking"):
        merge_of(Plan(options_remove=(2,), options_anew=True, models={"tv_rental": "t" * 24}), TERMS, "o" * 24)


def test_result_is_the_contract_as_it_should_be() -> None:
    plan = Plan(
        rent="1500.50€",
        end="2027-12-31",
        renewal_months=0,
        rooms_add=(NewRoom(id="c", name="Bureau C", price="450"),),
        rooms_remove=("a",),
        options_add=(PARKING,),
        options_remove=(2,),
    )

    result = result_of(plan, TERMS)

    assert (result.base_price, result.end, result.renewal_months) == ("1500.5", "2027-12-31", None)
    assert [room.id for room in result.rooms] == ["b", "c"]
    assert [(option.key, option.quantity) for option in result.options] == [("parking", 2), ("parking", 3)]


def test_contracts_are_compared_without_numbers_and_order() -> None:
    renumbered = replace(TERMS, options=tuple(replace(one, id=7 + n) for n, one in enumerate(TERMS.options[::-1])))

    assert mismatches(TERMS, renumbered) == []
    assert mismatches(TERMS, replace(TERMS, rooms=TERMS.rooms[::-1])) == []
    assert replace(TERMS, rooms=TERMS.rooms[::-1]).fingerprint == TERMS.fingerprint
    assert renumbered.fingerprint != TERMS.fingerprint
    assert mismatches(TERMS, replace(TERMS, end="", rooms=(), options=TERMS.options[:1])) == ["end", "rooms", "options"]
    assert mismatches(TERMS, replace(TERMS, renewal_months=None, base_price=None)) == ["renewal", "rent"]


def test_change_that_changes_nothing_is_idle() -> None:
    assert is_idle(Plan(), TERMS)
    assert is_idle(Plan(rooms_add=(NewRoom(id="a", name="A"),), end="2026-12-31"), TERMS)
    assert is_idle(Plan(rooms_anew=True, options_anew=True), TERMS)
    assert not is_idle(Plan(comment="Signed."), TERMS)
    assert not is_idle(Plan(renewal_months=0), TERMS)


def test_difference_is_told_line_by_line() -> None:
    plan = Plan(
        rent="1500€",
        start="2026-02-01",
        renewal_months=6,
        rooms_add=(NewRoom(id="c", name="Bureau C", price="450"),),
        options_remove=(1,),
        options_add=(PARKING,),
    )

    assert differences(plan, TERMS, "en") == [
        Difference("Rent for a month", "€1,300", "€1,500"),
        Difference("Renews itself", "By 12 months", "By 6 months"),
        Difference("Room", "", "Bureau C, €450", "added"),
        Difference("Option", "2 × Parking, €150, from Monday 1 January 2024", "", "removed"),
        Difference("Option", "", "3 × Parking, €140", "added"),
        Difference("Contract starts", "Workways doesn't tell", "Sunday 1 February 2026"),
    ]
    assert between(TERMS, TERMS, "en") == []


def test_price_effect_counts_what_is_known_and_says_what_is_not() -> None:
    plan = Plan(rooms_remove=("a",), options_remove=(1,), rates={"tv_rental": ("27", "30")})

    rooms, members, public = price_effect(plan, TERMS, "en")

    assert (rooms.before, rooms.after) == ("€850 and 1 without a known price", "€0 and 1 without a known price")
    assert (members.before, members.after) == ("€381", "€81")
    assert (public.before, public.after) == ("€390", "€90")
    assert sum_of_options(TERMS, Plan(), for_members=True).unknown == 1


@pytest.mark.parametrize(
    ("amount", "text"),
    [("150", "150"), ("150.00", "150"), ("1E+3", "1000"), ("99.90", "99.9"), ("NaN", None), ("0", "0")],
)
def test_amount_is_written_in_one_way(amount: str, text: str | None) -> None:
    assert written(Decimal(amount)) == text
    assert written(None) is None
