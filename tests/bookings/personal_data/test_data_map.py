"""The data map against the models: nothing is kept of which nobody said whose it is and how it goes."""

import pytest
from django.apps import apps

from bookings.personal_data.guests import TABLES as GUEST_TABLES
from portal.data_map import PARTS, How, Person, Table, Whose, tables
from tests.factories import make_room

ADVICE = (
    "Each field of a table stands in the data map: in `personal`, with how it is erased, if it says anything of a "
    f"person, else in `plain`. The map's parts are {', '.join(PARTS)}; a new table of a feature gets a Table there."
)

# A mail's own name, and what Workways said of a kind of call, from which names are taken out before it is written.
_LOOK_LIKE_IT = {"OutboxMail.message_id", "CallTally.message"}


def of_models() -> dict[str, set[str]]:
    """The fields of everything that has a table."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.label: {field.name for field in model._meta.concrete_fields} for model in models}


def test_every_table_and_field_stands_in_the_map_once() -> None:
    mapped = [table.model for table in tables()]
    named = {table.model: table.field_names() for table in tables()}
    known = of_models()

    unmapped = sorted(known.keys() - named.keys())
    assert not unmapped, f"No line in the data map for {', '.join(unmapped)}. {ADVICE}"
    gone = sorted(named.keys() - known.keys())
    assert not gone, f"The data map speaks of {', '.join(gone)}, which is no table. {ADVICE}"
    for model, fields in known.items():
        lacking = sorted(fields - set(named[model]))
        assert not lacking, f"{model} has no line in the data map for {', '.join(lacking)}. {ADVICE}"
        extra = sorted(set(named[model]) - fields)
        assert not extra, f"The data map speaks of {', '.join(extra)} of {model}, which has none. {ADVICE}"
        assert len(named[model]) == len(set(named[model])), f"{model} has a field twice in the data map."
    assert len(mapped) == len(set(mapped))


def test_every_table_with_somebody_says_why_it_is_kept() -> None:
    silent = [table.model for table in tables() if table.whose != Whose.NOBODY and not table.why]
    nobodys = [table.model for table in tables() if table.whose == Whose.NOBODY and table.personal]

    assert silent == []
    assert nobodys == []


def test_every_field_that_looks_like_a_persons_is_called_personal() -> None:
    """Whoever adds a field named like these has to say how it is erased."""
    telling = ("email", "phone", "first_name", "last_name", "contact", "browser_key", "network", "note", "message")
    forgotten = [
        f"{table.model}.{name}"
        for table in tables()
        for name in table.plain.split()
        if any(word in name for word in telling) and f"{table.name}.{name}" not in _LOOK_LIKE_IT
    ]

    assert forgotten == []


def test_hidden_fields_are_fields() -> None:
    for table in tables():
        assert set(table.hidden.split()) <= set(table.field_names()), table.model


@pytest.mark.django_db
def test_guests_rows_are_found_and_their_fields_can_be_emptied() -> None:
    person = Person("a@example.org", {"requests": [1], "registrations": [1], "watches": [1]})

    for table in GUEST_TABLES:
        assert list(table.rows.filter(table.find(person))) == []
        for name, how in table.personal.items():
            if how == How.BLANK and not table.rows_go:
                assert table.blank(name) in ("", None, {}) or name in table.empty, f"{table.model}.{name}"


@pytest.mark.django_db
def test_rows_of_a_table_without_people_are_nobodys() -> None:
    make_room()
    table = Table(model="bookings.Room", whose=Whose.NOBODY)

    assert not table.rows.filter(table.find(Person("a@example.org"))).exists()
