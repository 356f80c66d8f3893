"""The files of the languages, one TOML file each: reads and checks them. The keys are explained in `en.toml`.

The folders `messages` and `manual` have the translations of what is written in English in the code.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

Texts = Mapping[str, Mapping[str, str]]
"""The texts of one table: for each key, the text in each language by its tag."""


class LocaleError(ValueError):
    """A language's file lacks something or has something unknown; the message names the file and the key."""


@dataclass(frozen=True, eq=False)
class Locale:
    """One language's file. The fields before `tables` are the keys at its top."""

    tag: str
    name: str
    """What the language calls itself."""
    order: int
    regions: tuple[str, ...]
    default: bool
    converts_with: str
    sorts_by: str
    pinyin_source: bool
    gazetteer: bool
    tables: Mapping[str, Mapping[str, str]]
    """The tables of texts by their dotted names."""
    file: str

    def table(self, name: str, keys: Iterable[str]) -> Mapping[str, str]:
        """Return a table that must have exactly these keys."""
        found, wanted = self.tables.get(name, {}), set(keys)
        if missing := sorted(wanted - found.keys()):
            raise LocaleError(f"{self.file}: {name}.{missing[0]} is missing")
        if unknown := sorted(found.keys() - wanted):
            raise LocaleError(f"{self.file}: {name}.{unknown[0]} is unknown")
        return found


_TYPES: Mapping[str, type] = {
    "tag": str,
    "name": str,
    "order": int,
    "regions": list,
    "default": bool,
    "converts_with": str,
    "sorts_by": str,
    "pinyin_source": bool,
    "gazetteer": bool,
}
_SORTS = ("pinyin", "words")


def read_locales(folder: Path) -> tuple[Locale, ...]:
    """Read every language's file in a folder, in the order that the files give."""
    locales = [_read(path) for path in sorted(folder.glob("*.toml"))]
    for key in ("pinyin_source", "gazetteer"):
        chosen = [locale.file for locale in locales if getattr(locale, key)]
        if len(chosen) != 1:
            raise LocaleError(f"{' and '.join(chosen) or folder}: {key} must be true in exactly one file")
    return tuple(sorted(locales, key=lambda locale: (locale.order, locale.tag)))


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LocaleError(f"{path}: {error}") from error


def _read(path: Path) -> Locale:
    content = _load(path)
    head = {key: value for key, value in content.items() if not isinstance(value, dict)}
    for key, type_ in _TYPES.items():
        if key not in head:
            raise LocaleError(f"{path}: {key} is missing")
        if type(head[key]) is not type_:
            raise LocaleError(f"{path}: {key} must be of type {type_.__name__}")
    if unknown := sorted(head.keys() - _TYPES.keys()):
        raise LocaleError(f"{path}: {unknown[0]} is unknown")
    if head["tag"] != path.stem:
        raise LocaleError(f"{path}: tag must be {path.stem}, the name of the file")
    if head["sorts_by"] not in _SORTS:
        raise LocaleError(f"{path}: sorts_by must be {' or '.join(_SORTS)}")
    tables = {name: table for key in content.keys() - head.keys() for name, table in _tables(path, key, content[key])}
    return Locale(**head | {"regions": tuple(head["regions"])}, tables=tables, file=str(path))


def _tables(path: Path, name: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    texts = {}
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _tables(path, f"{name}.{key}", value)
        elif _is_text(value):
            texts[key] = value
        else:
            raise LocaleError(f"{path}: {name}.{key} must be text")
    if texts:
        yield name, texts


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def placeholders(text: str) -> set[str]:
    """Return the names in braces in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


_FOLDER = Path(__file__).parent

LOCALES = read_locales(_FOLDER)


@cache
def read_translations(name: str, tag: str) -> Mapping[str, str]:
    """Return the translations into a language that a folder has, by the English texts; none where it has no file.

    A file `from` another language has the texts of that one in place of the English ones. Raises LocaleError for a file
    that is none of these.
    """
    path = _FOLDER / name / f"{tag}.toml"
    if not path.exists():
        return {}
    content = _load(path)
    source, texts = content.get("from"), content.get("texts")
    if not isinstance(source, str) or not isinstance(texts, dict) or not all(map(_is_text, texts.values())):
        raise LocaleError(f"{path}: must have the tag of a language, `from`, and a table of texts, `texts`")
    if source == "en":
        return texts
    return {english: texts.get(text, text) for english, text in read_translations(name, source).items()}


_used: set[str] = set()


def read_table(name: str, keys: Iterable[str]) -> Texts:
    """Return the texts of a table in every language.

    Raises LocaleError where a file lacks one of the keys or has others, or where a text has other placeholders than
    the same text in the first language.
    """
    wanted = list(keys)
    tables = {locale: locale.table(name, wanted) for locale in LOCALES}
    _used.add(name)
    for locale, table in tables.items():
        for key in wanted:
            expected = placeholders(tables[LOCALES[0]][key])
            if placeholders(table[key]) != expected:
                raise LocaleError(f"{locale.file}: {name}.{key} must have the placeholders {sorted(expected)}")
    return {key: {locale.tag: table[key] for locale, table in tables.items()} for key in wanted}


def check_no_table_is_unknown() -> None:
    """Raise LocaleError for a table that nothing has read. To be called after all modules are imported."""
    for locale in LOCALES:
        if unknown := sorted(locale.tables.keys() - _used):
            raise LocaleError(f"{locale.file}: the table {unknown[0]} is unknown")
