"""The words for what has ids, in messages."""

from collections.abc import Mapping

from app.languages import Language
from app.messages import Message, message
from app.model.codes import RESOURCES

_OTHERS = {
    "county": message("county"),
    "metric": message("metric"),
    "strand": message("strand"),
    "unit": message("unit"),
}


def noun(kind: str) -> Mapping[Language, str] | Message:
    """Return the word for what has ids of a kind: a resource, or what is none."""
    return _OTHERS[kind] if kind in _OTHERS else RESOURCES[kind].names


def with_article(kind: str) -> Message:
    """Return the same with the indefinite article that English needs."""
    if kind[0] in "aeiou":
        return message("an {noun}", noun=noun(kind))
    return message("a {noun}", noun=noun(kind))
