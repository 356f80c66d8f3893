"""Decoding the names and values of a query string."""

import re
from urllib.parse import unquote_to_bytes

_IS_PLAIN = re.compile(rb"[!-$&-*,-~]*").fullmatch
_HAS_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})").search
_HAS_CONTROLS = re.compile(r"[\x00-\x1f\x7f]").search


def decode(part: bytes) -> str | None:
    """Decode a name or a value; None where that is impossible."""
    if _IS_PLAIN(part):
        return part.decode()
    if _HAS_BAD_ESCAPE(part):
        return None
    try:
        text = unquote_to_bytes(part.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _HAS_CONTROLS(text) else text
