"""Ids as the Workways document has them: 24 hex digits, the form of a MongoDB ObjectId."""

import hashlib
import re
import secrets

_ID = re.compile(r"[0-9a-fA-F]{24}")


def new_id() -> str:
    """A fresh id; 96 bits of chance."""
    return secrets.token_hex(12)


def named_id(*names: str) -> str:
    """Always the same id for the same names, so that demo data can be made again without doubles."""
    return hashlib.sha256("/".join(names).encode()).hexdigest()[:24]


def is_id(text: str) -> bool:
    """Has the text the form of an id? Upper case is fine, ids are compared in lower case."""
    return _ID.fullmatch(text) is not None
