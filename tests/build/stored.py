"""Reading what a database stores of its records, past the service."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from app.db.compression import decompress
from app.db.keys import ANY_LANGUAGE, RECORD, TRANSLATIONS, record_key
from app.languages import LANGUAGES
from app.model.codes import Resource


def rows(database: Path, query: str, *parameters: object) -> list[Any]:
    """Return the rows of a query."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query, parameters).fetchall()


def rendered(database: Path, resource: Resource, language: str) -> Iterator[tuple[int, int, str]]:
    """Iterate over the number, the stem and the JSON of each record."""
    first = record_key(resource, RECORD, language)
    query = "SELECT key - ?, stem, json_text FROM rendered WHERE key BETWEEN ? AND ? ORDER BY key"
    yield from rows(database, query, first, first, first + 2**40 - 1)


def rendered_parts(database: Path, resource: Resource, part: str) -> Iterator[tuple[int, str]]:
    """Iterate over the number of each record and the JSON of a part of it."""
    first = record_key(resource, part, ANY_LANGUAGE)
    query = "SELECT key - ?, compressed FROM rendered_part WHERE key BETWEEN ? AND ? ORDER BY key"
    languages = [{number: text for number, _, text in rendered(database, resource, each)} for each in LANGUAGES]
    for number, compressed in rows(database, query, first, first, first + 2**40 - 1):
        dictionary = "".join(each[number] for each in languages) if part == TRANSLATIONS else ""
        yield number, decompress(compressed, dictionary.encode()).decode()
