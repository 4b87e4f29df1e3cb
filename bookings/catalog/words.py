"""Words that a visitor looks for in what a room has, whatever their case, accents, number, and in either language.

The upstream's texts are in one language, the visitor's words perhaps in the other. Pure.
"""

import re
import unicodedata
from functools import lru_cache

MOST_WORDS = 8
_LONGEST_TEXT = 4_000
_LONGEST_WORD = 64
_WORD = re.compile(r"[^\W_]+")
# What rooms have, in groups of words that mean the same; as `folded` writes them.
_SAME = (
    ("screen", "display", "monitor", "tv", "television", "ecran", "televiseur", "moniteur"),
    ("projector", "beamer", "projecteur", "videoprojecteur"),
    ("whiteboard", "tableau", "velleda"),
    ("flipchart", "paperboard", "chevalet"),
    ("videoconference", "videoconferencing", "visio", "visioconference", "webcam", "camera"),
    ("phone", "telephone"),
    ("speaker", "loudspeaker", "enceinte", "haut", "sonorisation"),
    ("microphone", "micro", "mic"),
    ("wifi", "wlan", "internet"),
    ("coffee", "cafe", "espresso"),
    ("kitchen", "cuisine", "kitchenette"),
    ("aircon", "conditioning", "climatisation", "clim", "climatise", "climatisee"),
    ("daylight", "jour", "window", "fenetre", "lumineux", "lumineuse"),
    ("accessible", "wheelchair", "pmr", "fauteuil"),
    ("printer", "imprimante"),
    ("parking", "car"),
    ("terrace", "terrasse", "balcony", "balcon"),
    ("quiet", "calme", "silent", "silencieux", "silencieuse"),
    ("theater", "theatre"),
    ("classroom", "classe"),
)
_MEANINGS = {word: group for group in _SAME for word in group}


def folded(text: str) -> str:
    """The text in lower case without accents; a blank before and after each word."""
    plain = unicodedata.normalize("NFKD", text[:_LONGEST_TEXT].casefold())
    words = _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    return f" {' '.join(words)} "


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as `folded` writes them, each once, cut after 64 letters; an address in its parts."""
    return tuple(dict.fromkeys(word[:_LONGEST_WORD] for word in folded(text).split()))


def wanted_words(text: str) -> tuple[str, ...]:
    """The words as somebody typed them, each once, in order."""
    found = dict.fromkeys(_WORD.findall(text[:_LONGEST_TEXT]))
    return tuple(word for word in found if len(word) > 1 or word.isdigit())[:MOST_WORDS]


@lru_cache(maxsize=1024)
def _beginnings(word: str) -> tuple[str, ...]:
    """What a word of the text may begin with to be the wanted one: " screen", " display", " ecran"."""
    plain = folded(word).strip()
    one = plain[:-1] if len(plain) > 3 and plain.endswith(("s", "x")) else plain
    return tuple(f" {same}" for same in dict.fromkeys((one, *_MEANINGS.get(plain, ()), *_MEANINGS.get(one, ()))))


def lacking(words: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Those of the wanted words that a folded text doesn't have."""
    return tuple(word for word in words if not any(beginning in text for beginning in _beginnings(word)))
