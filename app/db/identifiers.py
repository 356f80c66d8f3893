"""Looking up ids: the records that they identify, their successors, and similar ids."""

import difflib
import json
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from app.db.connections import Reader
from app.languages import Language, StoredText

_NEIGHBOURS = 15
"""How many ids on each side of an unknown one are compared with it: all together take 0.4 ms of the event loop."""


class Identifier(NamedTuple):
    """An id that is in use or was."""

    kind: str
    id: str
    number: int | None
    """The number of the record; None for a retired id."""
    language: Language
    """The source language of its campaign."""
    retired: bool
    successor: str | None
    reason: StoredText | None
    """Why it was retired."""


_KNOWN = "SELECT kind, id, number, language, retired, successor, reason FROM identifier"
_WITH_ID = f"{_KNOWN} WHERE id = :id"
_WITH_IDS = f"{_KNOWN} WHERE id IN (SELECT value FROM json_each(:ids))"


def find_identifiers(reader: Reader, ids: Sequence[str]) -> list[Identifier]:
    """Return the identifiers of any resource with one of these ids."""
    rows = reader.rows(_WITH_ID, {"id": ids[0]}) if len(ids) == 1 else reader.rows(_WITH_IDS, {"ids": json.dumps(ids)})
    return [
        Identifier(kind, id_, number, Language(language), bool(retired), successor, reason and json.loads(reason))
        for kind, id_, number, language, retired, successor, reason in rows
    ]


# Retired ids are read too, so that a condition on them does not make SQLite read on.
_OF_KIND = "SELECT id, retired FROM identifier WHERE kind = :kind"
_AFTER = f"{_OF_KIND} AND id >= :id ORDER BY id LIMIT {_NEIGHBOURS}"
_BEFORE = f"{_OF_KIND} AND id < :id ORDER BY id DESC LIMIT {_NEIGHBOURS}"


def nearest_ids(reader: Reader, resource: str, id_: str, limit: int = 3) -> list[str]:
    """Return the ids of a resource that are most similar to `id_`, best first, whatever its case and width.

    Only the ids next to it in the alphabet are compared, which bounds the work.
    """
    id_ = unicodedata.normalize("NFKC", id_).casefold()
    values = {"kind": str(resource), "id": id_}
    rows = [row for statement in (_AFTER, _BEFORE) for row in reader.rows(statement, values)]
    known = [known_id for known_id, is_retired in rows if not is_retired]
    return difflib.get_close_matches(id_, sorted(known), n=limit, cutoff=0.5)


_WITHOUT_NAMES = frozenset(("event", "outcome", "source"))
"""The kinds whose ids have no name here, of which there may be millions."""

_MAX_NAMED = 1000
"""The most ids of a kind whose names are read; so many take 0.5 ms of the event loop."""

# A unique match is certain only if the names of all ids were read.
_NAMES_BEGINNING_WITH = f"""
SELECT DISTINCT identifier.id, text.value = :name COLLATE NOCASE
FROM identifier, json_each(identifier.name, '$.text') AS text
WHERE kind = :kind AND NOT retired AND substr(text.value, 1, length(:name)) = :name COLLATE NOCASE
AND NOT EXISTS (SELECT 1 FROM identifier WHERE kind = :kind LIMIT 1 OFFSET {_MAX_NAMED})
"""


def find_by_name(reader: Reader, kind: str, name: str) -> str | None:
    """Return the only id of a kind with this name in any language, else the only one whose name begins with it.

    Returns None for a name of one character, and where there is no such id, several, or too many ids of the kind.
    """
    name = unicodedata.normalize("NFKC", name).strip()
    if len(name) < 2 or kind in _WITHOUT_NAMES:
        return None
    rows = reader.rows(_NAMES_BEGINNING_WITH, {"kind": str(kind), "name": name})
    found = {id_ for id_, is_whole in rows if is_whole} or {id_ for id_, _ in rows}
    return found.pop() if len(found) == 1 else None


_NAMES = "SELECT id, name FROM identifier WHERE kind = :kind AND NOT retired ORDER BY id"


def names_of_kind(reader: Reader, kind: str) -> dict[str, StoredText]:
    """Return the names of all ids of a kind that are in use, by id and in the order of the ids."""
    return {id_: json.loads(name) for id_, name in reader.rows(_NAMES, {"kind": kind})}
