"""What counts as a blank. It is spelled out, because those who read our schemas disagree on what `\\s` means: U+0085 is
one to Python and none to JavaScript, U+FEFF the other way round.
"""

_RANGES = (
    *((0x09, 0x0D), (0x1C, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)),
    *((0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
_BLANKS = "".join(chr(code) for first, last in _RANGES for code in range(first, last + 1))
# To stand between the brackets of a regular expression, in Python's as in JavaScript's.
CLASS = "".join(f"\\u{first:04x}-\\u{last:04x}" if first < last else f"\\u{first:04x}" for first, last in _RANGES)


def trimmed(text: str) -> str:
    """The text without the blanks around it."""
    return text.strip(_BLANKS)
