import pytest

from bookings.catalog.words import folded, lacking, wanted_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("screen, whiteboard", ("screen", "whiteboard")),
        ("  Écran  écran ", ("Écran", "écran")),
        ("a 4 K", ("4",)),
        ("", ()),
        ("%00 <b>", ("00",)),
        (" ".join(f"word{number}" for number in range(20)), tuple(f"word{number}" for number in range(8))),
    ],
)
def test_words_are_taken_from_what_people_type(text: str, words: tuple[str, ...]) -> None:
    assert wanted_words(text) == words


@pytest.mark.parametrize(
    ("words", "text", "missing"),
    [
        (("screen",), "4K Screen, whiteboard", ()),
        (("SCREENS",), "screen", ()),
        (("écran",), "Large display", ()),
        (("ecran",), "Grand ÉCRAN plat", ()),
        (("tableau",), "Whiteboard", ()),
        (("screen", "projector"), "Écran", ("projector",)),
        (("car",), "Scarf", ("car",)),
        (("white",), "whiteboard", ()),
        (("screen",), "", ("screen",)),
        (("tableaux",), "tableau blanc", ()),
    ],
)
def test_words_are_found_in_either_language_at_the_beginning_of_words(
    words: tuple[str, ...], text: str, missing: tuple[str, ...]
) -> None:
    assert lacking(words, folded(text)) == missing
