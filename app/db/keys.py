"""The keys of rendered records and of rows of the search index, in the order in which they are read."""

from functools import cache

from app.languages import LANGUAGES, Language
from app.model.codes import ADDRESSED_RESOURCES, Resource

ANY_LANGUAGE = ""
"""The language of a rendered part that is the same in every language."""

RECORD = "record"
"""The rendered part that is a record without the parts that `include` adds."""

EVIDENCE, TRANSLATIONS = "evidence", "translations"
"""The rendered parts of a record that `include` adds, by the names that `include` gives them; stored compressed."""

SUMMARY = "overview"
"""The rendered part that is a campaign's summary."""

DIGEST = "digest"
"""The rendered part that is a digest of all rendered records of a campaign."""

SENTENCE = "sentence"
"""The rendered part of a sentence of a source that evidence shows; sentences have numbers of their own."""

PARTS = (RECORD, EVIDENCE, TRANSLATIONS, SUMMARY, DIGEST, SENTENCE)
"""All rendered parts; a part's index is a component of its keys."""

_NUMBER_BITS = 40
_LANGUAGES = (ANY_LANGUAGE, *LANGUAGES)


def search_key(resource: Resource, number: int) -> int:
    """Return the row of a record in the index: records of a resource are adjacent, in the order of their numbers."""
    return (ADDRESSED_RESOURCES.index(resource) << _NUMBER_BITS) + number


def search_keys(resource: Resource) -> tuple[int, int]:
    """Return the first and the last row of the index that records of a resource can have."""
    first = search_key(resource, 0)
    return first, first + (1 << _NUMBER_BITS) - 1


def record_of_search_key(key: int) -> tuple[Resource, int]:
    """Return the resource and the number of the record of a row of the index."""
    return ADDRESSED_RESOURCES[key >> _NUMBER_BITS], key & ((1 << _NUMBER_BITS) - 1)


def record_key(resource: Resource, part: str, language: Language | str, number: int = 0) -> int:
    """Return the key of a rendered part: those of a resource, part and language are adjacent, in the order of numbers.

    `language` is `ANY_LANGUAGE` for a part that is the same in every language.
    """
    return _first_key(resource, part, language) + number


@cache
def _first_key(resource: Resource, part: str, language: Language | str) -> int:
    position = (ADDRESSED_RESOURCES.index(resource) << 8) + (PARTS.index(part) << 4) + _LANGUAGES.index(language)
    return position << _NUMBER_BITS
