"""The languages of the service, choosing one for a response, and reading a stored text in it.

A text is stored as `{"text": {language: text}, "origin": {language: TextOrigin}}`. Only this module knows that shape.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from itertools import takewhile
from typing import Any, TypeGuard

from app.locales import LOCALES, read_table


class Language(StrEnum):
    """A language that every shown text exists in, as a BCP 47 tag."""

    # One member for each file in app/locales: zh-Hant becomes ZH_HANT.
    _ignore_ = ["locale"]  # noqa: RUF012 - enum takes a list or a string
    for locale in LOCALES:
        vars()[locale.tag.replace("-", "_").upper()] = locale.tag


class TextOrigin(StrEnum):
    """How a text came to be in a language."""

    SOURCE = "source"
    """The source's own text, but for the corrections and changes of punctuation that the source's record lists."""
    EDITORIAL = "editorial"
    """Written by the editors, who restate the source."""
    CONVERTED = "converted"
    """The same text in the other Chinese script."""
    TRANSLATED = "translated"
    """Translated by the editors."""


StoredText = dict[str, dict[str, str]]

Tree = dict[str, Any]
"""A JSON object; a text in it may be a StoredText."""

LANGUAGES: tuple[Language, ...] = tuple(Language)

_TAGS = tuple(language.value for language in LANGUAGES)

HEADERS = 100
"""How many `Accept-Language` headers are cached with the language chosen: most clients send one of a few."""

_LOCALES = {Language(locale.tag): locale for locale in LOCALES}

(PINYIN_SOURCE,) = (language for language in LANGUAGES if _LOCALES[language].pinyin_source)
"""The language whose texts pinyin is derived from."""

(GAZETTEER_LANGUAGE,) = (language for language in LANGUAGES if _LOCALES[language].gazetteer)
"""The language in which the seeds' shared places are first named."""

LANGUAGE_NAMES = {language: locale.name for language, locale in _LOCALES.items()}
"""The name of each language in the language itself."""

SORTED_BY_PINYIN = frozenset(language for language in LANGUAGES if _LOCALES[language].sorts_by == "pinyin")
"""The languages whose titles are sorted by pinyin."""


def listed(tags: Iterable[str]) -> str:
    """Return tags as an English list for documentation: "`a`, `b` or `c`"."""
    *others, last = [f"`{tag}`" for tag in tags]
    return f"{', '.join(others)} or {last}" if others else last


def described_regions() -> str:
    """Return which regions decide for which language, for documentation: "zh-TW, zh-HK: zh-Hant; zh-CN: zh-Hans"."""
    regions = {
        language: ", ".join(f"{language.partition('-')[0]}-{region}" for region in locale.regions)
        for language, locale in _LOCALES.items()
    }
    return "; ".join(f"{tags}: {language}" for language, tags in regions.items() if tags)


def localised(table: str, keys: Iterable[str]) -> dict[str, dict[Language, str]]:
    """Return the texts of a table of the languages' files: for each key, the text in each language.

    Raises LocaleError where a file lacks one of the keys or has others.
    """
    return {key: {Language(tag): text for tag, text in texts.items()} for key, texts in read_table(table, keys).items()}


def localised_table(table: str) -> dict[str, dict[Language, str]]:
    """Return all texts of a table, as `localised` does; its keys are those that the first language's file has."""
    return localised(table, LOCALES[0].tables.get(table, {}))


@cache
def origins(own: TextOrigin, source_language: Language) -> dict[str, str]:
    """Return the origin of a text in each language, given the language that it was first written in.

    `own` is the origin in the source language itself: `source` or `editorial`.
    """
    group = _LOCALES[source_language].converts_with

    def origin(language: Language) -> TextOrigin:
        if language is source_language:
            return own
        is_converted = group and _LOCALES[language].converts_with == group
        return TextOrigin.CONVERTED if is_converted else TextOrigin.TRANSLATED

    return {language.value: origin(language).value for language in LANGUAGES}


def make_text(words_of: Mapping[str, str], own: TextOrigin, source_language: Language) -> StoredText:
    """Return the stored form of a text that was first written in `source_language`, given it in every language."""
    return _stored(words_of, origins(own, source_language).copy())


def editorial_text(words_of: Mapping[Language, str]) -> StoredText:
    """Return the stored form of a text that the service itself is the author of."""
    return _stored(words_of, dict.fromkeys(map(str, LANGUAGES), TextOrigin.EDITORIAL.value))


def _stored(words_of: Mapping[Any, str], origin: dict[str, str]) -> StoredText:
    return {"text": {tag: words_of[tag] for tag in _TAGS}, "origin": origin}


def text_in(text: StoredText, language: Language) -> str:
    """Return a text in one language."""
    return text["text"][language]


def texts_of(text: StoredText) -> Mapping[str, str]:
    """Return a text in every language."""
    return text["text"]


def is_text(node: object) -> TypeGuard[StoredText]:
    """Return whether a JSON value is a stored text."""
    return isinstance(node, dict) and len(node) == 2 and "text" in node and "origin" in node


_IS_TAG = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*").fullmatch
_IS_SCRIPT = re.compile(r"[A-Za-z]{4}").fullmatch


@lru_cache(maxsize=HEADERS)
def choose_language(accept_language: str | None, fallback: Language) -> Language:
    """Return the response's language for an `Accept-Language` header (RFC 9110 section 12.5.4).

    Each element is resolved as by `language_of`. Languages at q=0, unknown languages and a malformed header leave the
    choice to `fallback`.
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


def language_of(tag: str, fallback: Language | None = None) -> Language | None:
    """Return the service's language for a BCP 47 tag, or None if there is none.

    A script or region in the tag decides between the scripts of a language. Without one, `fallback` is returned if it
    is of that language, else the script that its file marks as the default. There is none in another script.
    """
    if not _IS_TAG(tag):
        return None
    primary, *subtags = tag.replace("_", "-").split("-")
    candidates = [language for language in LANGUAGES if language.partition("-")[0] == primary.lower()]
    for subtag in subtags:
        for language in candidates:
            if subtag.title() == language.partition("-")[2] or subtag.upper() in _LOCALES[language].regions:
                return language
    if len(candidates) > 1 and any(map(_IS_SCRIPT, subtags)):
        return None
    if fallback in candidates:
        return fallback
    return next((language for language in candidates if _LOCALES[language].default), None)


_BY_TAG = {language.value: language for language in LANGUAGES}
_IS_REGION = re.compile(r"[A-Za-z]{2}|[0-9]{3}").fullmatch
# What says no more than the language itself: Mandarin, and the Latin script.
_USUAL = frozenset({"cmn", "latn"})


def read_tag(tag: str) -> Language | str | None:
    """Return the language that a tag means; the tag itself where its script is that of the source, as for `zh`.

    None for other languages, and for a tag with a part that is not known, such as a misspelled script. A header may
    have such tags: there another language is better than an error.
    """
    if tag in _BY_TAG:
        return _BY_TAG[tag]
    primary, *subtags = tag.replace("_", "-").split("-")
    candidates = [language for language in LANGUAGES if language.partition("-")[0] == primary.lower()]
    scripts = {language.partition("-")[2] for language in candidates}
    regions = {region for language in candidates for region in _LOCALES[language].regions}
    # After a single letter come extensions.
    for subtag in takewhile(lambda subtag: len(subtag) != 1, subtags):
        is_known = subtag.title() in scripts or subtag.upper() in regions or subtag.lower() in _USUAL
        if not is_known and not _IS_REGION(subtag):
            return None
    meant = {language_of(tag, fallback) for fallback in LANGUAGES}
    return meant.pop() if len(meant) == 1 else tag


def parse_quality(parameters: str) -> float | None:
    """Return the weight in one element's parameters: 1 if there is none, None if it is malformed."""
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
