"""The languages of the service, choosing one for an answer, and reading a localised text in it.

A localised text is stored as `{"text": {language: words}, "origin": {language: TextOrigin}}`; this module
is the only one that knows that shape.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, TypeGuard


class Language(StrEnum):
    """A language that every shown text exists in, as a BCP 47 tag."""

    ZH_HANT = "zh-Hant"
    ZH_HANS = "zh-Hans"
    EN = "en"


class TextOrigin(StrEnum):
    """How a text came to be in a language."""

    SOURCE = "source"
    """The source's own words, with the characters that its script conversion had confused put right."""
    EDITORIAL = "editorial"
    """Written by the editors, who put what the source says into their own words."""
    CONVERTED = "converted"
    """The same words in the other Chinese script."""
    TRANSLATED = "translated"
    """Translated by the editors."""


LANGUAGES: tuple[Language, ...] = tuple(Language)

HEADERS = 100
"""How many headers are remembered with what they come to: most clients send one of a few, and one may be large."""

CHINESE = (Language.ZH_HANT, Language.ZH_HANS)

_SCRIPT_OF_REGION = {
    "CN": Language.ZH_HANS,
    "SG": Language.ZH_HANS,
    "MY": Language.ZH_HANS,
    "TW": Language.ZH_HANT,
    "HK": Language.ZH_HANT,
    "MO": Language.ZH_HANT,
}

Text = dict[str, dict[str, str]]


@cache
def origins(own: TextOrigin, source_language: Language) -> dict[str, str]:
    """Say of each language how a text came to be in it, when it was first written in `source_language`.

    `own` is the origin in the source language itself: `source` or `editorial`.
    """

    def origin(language: Language) -> TextOrigin:
        if language is source_language:
            return own
        both_chinese = language in CHINESE and source_language in CHINESE
        return TextOrigin.CONVERTED if both_chinese else TextOrigin.TRANSLATED

    return {language.value: origin(language).value for language in LANGUAGES}


def make_text(words_of: Mapping[str, str], own: TextOrigin, source_language: Language) -> Text:
    """Put a text's words in every language together with how they came to be."""
    return {
        "text": {language.value: words_of[language] for language in LANGUAGES},
        "origin": origins(own, source_language).copy(),
    }


def editorial_text(names_: Mapping[Language, str]) -> Text:
    """Make a text of the service's own words."""
    return {
        "text": {language.value: names_[language] for language in LANGUAGES},
        "origin": dict.fromkeys(map(str, LANGUAGES), TextOrigin.EDITORIAL.value),
    }


def words(text: Text, language: Language) -> str:
    """Read a text in one language."""
    return text["text"][language]


def in_every_language(text: Text) -> Iterator[tuple[str, str, str]]:
    """Give each language of a text with its words and their origin."""
    for language, written in text["text"].items():
        yield language, written, text["origin"][language]


def is_text(node: object) -> TypeGuard[Text]:
    """Tell a localised text from any other JSON object."""
    return isinstance(node, dict) and node.keys() == {"text", "origin"}


def in_language(node: Any, language: Language) -> Any:
    """Copy a JSON tree with every localised text in it replaced by its words in `language`."""
    if is_text(node):
        return words(node, language)
    if isinstance(node, dict):
        return {key: in_language(value, language) for key, value in node.items()}
    if isinstance(node, list):
        return [in_language(value, language) for value in node]
    return node


def texts(node: Any, pointer: str = "") -> Iterator[tuple[str, Text]]:
    """Find every localised text of a JSON tree, each with its place as a JSON Pointer (RFC 6901)."""
    if is_text(node):
        yield pointer, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, f"{pointer}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from texts(value, f"{pointer}/{index}")


@lru_cache(maxsize=HEADERS)
def choose_language(accept_language: str | None, fallback: Language) -> Language:
    """Choose the answer's language from an `Accept-Language` header (RFC 9110 section 12.5.4).

    Regions decide between the Chinese scripts (zh-CN and zh-SG read zh-Hans; zh-TW, zh-HK and zh-MO
    zh-Hant); a bare `zh` is the fallback when that is Chinese. Languages at q=0, unknown ones and a
    malformed header leave the choice to `fallback`.
    """
    wanted: dict[Language, float] = {}
    refused: set[Language] = set()
    anything = 0.0
    for tag, quality in _ranges(accept_language or ""):
        if tag == "*":
            anything = quality
            continue
        language = language_of(tag, fallback)
        if language is None:
            continue
        if quality > 0:
            wanted[language] = max(quality, wanted.get(language, 0.0))
        else:
            refused.add(language)
    if anything:
        for language in (fallback, *LANGUAGES):
            if language not in refused:
                wanted.setdefault(language, anything)
    # `max` keeps the first of equals: the order of the header, then the fallback's.
    return max(wanted, key=lambda language: wanted[language], default=fallback)


def language_of(tag: str, fallback: Language) -> Language | None:
    """Give the language of the service that a BCP 47 tag is of; None when it is of none."""
    primary, *subtags = tag.replace("_", "-").split("-")
    if primary.lower() == "en":
        return Language.EN
    if primary.lower() != "zh":
        return None
    for subtag in subtags:
        if subtag.title() in ("Hant", "Hans"):
            return Language(f"zh-{subtag.title()}")
        if subtag.upper() in _SCRIPT_OF_REGION:
            return _SCRIPT_OF_REGION[subtag.upper()]
    return fallback if fallback in CHINESE else Language.ZH_HANS


def parse_quality(parameters: str) -> float | None:
    """Read the weight of one element of a negotiation header; absent is 1, malformed is None."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                return None
            return quality if 0 <= quality <= 1 else None
    return 1.0


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for element in header.split(","):
        tag, _, parameters = element.partition(";")
        quality = parse_quality(parameters)
        if tag.strip() and quality is not None:
            yield tag.strip(), quality


def names(zh_hant: str, zh_hans: str, en: str) -> Mapping[Language, str]:
    """Name a thing in every language."""
    return dict(zip(LANGUAGES, (zh_hant, zh_hans, en), strict=True))
