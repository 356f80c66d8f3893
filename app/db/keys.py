"""The keys of published records and of the search index: numbers that stand in the order in which they are read."""

from functools import cache

from app.languages import LANGUAGES, Language
from app.model.codes import ADDRESSED_RESOURCES, Resource
from app.model.tables import ANY_LANGUAGE, PARTS

_NUMBER_BITS = 40
_LANGUAGES = (ANY_LANGUAGE, *LANGUAGES)


def search_key(kind: Resource, number: int) -> int:
    """Give the row that a record has in the index: all of a kind stand together, in the order of their numbers."""
    return (ADDRESSED_RESOURCES.index(kind) << _NUMBER_BITS) + number


def search_keys(kind: Resource) -> tuple[int, int]:
    """Give the first and the last row of the index that records of a kind can have."""
    first = search_key(kind, 0)
    return first, first + (1 << _NUMBER_BITS) - 1


def kind_of_search_key(key: int) -> tuple[Resource, int]:
    """Give the kind and the number of the record that a row of the index is of."""
    return ADDRESSED_RESOURCES[key >> _NUMBER_BITS], key & ((1 << _NUMBER_BITS) - 1)


def record_key(kind: Resource, part: str, language: Language | str, number: int = 0) -> int:
    """Give the key of a published part: those of a kind, part and language stand together, in the order of numbers.

    `language` is `ANY_LANGUAGE` for a part that is the same in every language.
    """
    return _first_published(kind, part, language) + number


@cache
def _first_published(kind: Resource, part: str, language: Language | str) -> int:
    place = (ADDRESSED_RESOURCES.index(kind) << 8) + (PARTS.index(part) << 4) + _LANGUAGES.index(language)
    return place << _NUMBER_BITS
