"""Looking ids up: whether they exist, what they are, where retired ones lead, and which are near."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlmodel import col

from app.languages import Language, Text
from app.storage.snapshot import Snapshot
from app.tables import IdentifierRow

_NEIGHBOURS = 200


@dataclass(frozen=True)
class Identifier:
    """An id that is in use or was."""

    kind: str
    id: str
    language: Language
    """The source language of its campaign."""
    retired: bool
    successor: str | None
    reason: Text | None
    """Why it was retired."""


def find_identifiers(snapshot: Snapshot, ids: Sequence[str]) -> list[Identifier]:
    """Find everything that has one of these ids, of whatever kind."""
    statement = select(
        col(IdentifierRow.kind),
        col(IdentifierRow.id),
        col(IdentifierRow.language),
        col(IdentifierRow.retired),
        col(IdentifierRow.successor),
        col(IdentifierRow.reason),
    ).where(col(IdentifierRow.id).in_(ids))
    return [
        Identifier(row.kind, row.id, Language(row.language), row.retired, row.successor, row.reason)
        for row in snapshot.rows(statement)
    ]


def nearest_ids(snapshot: Snapshot, kind: str, id_: str, most: int = 3) -> list[str]:
    """Find the ids of a kind that are spelled most like `id_`, best first.

    Of very many ids only those are compared that stand next to it in the alphabet, which bounds the work.
    """
    here = tuple_(col(IdentifierRow.kind), col(IdentifierRow.id))
    in_use = (col(IdentifierRow.kind) == kind, col(IdentifierRow.retired).is_(False))
    after = select(col(IdentifierRow.id)).where(*in_use, here >= (kind, id_)).order_by(col(IdentifierRow.id))
    before = select(col(IdentifierRow.id)).where(*in_use, here < (kind, id_)).order_by(col(IdentifierRow.id).desc())
    known = [row.id for statement in (after, before) for row in snapshot.rows(statement.limit(_NEIGHBOURS))]
    return difflib.get_close_matches(id_, sorted(known), n=most, cutoff=0.5)
