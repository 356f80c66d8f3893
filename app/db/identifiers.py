"""Looking up ids: the records that they identify, their successors, and similar ids."""

import difflib
import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import literal, select, tuple_
from sqlmodel import col

from app.db.connections import Reader
from app.db.statements import bind, bind_each, compile_statement
from app.languages import Language, StoredText
from app.model.codes import Resource
from app.model.tables import IdentifierRow

_NEIGHBOURS = 200


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


_known = select(
    col(IdentifierRow.kind),
    col(IdentifierRow.id),
    col(IdentifierRow.number),
    col(IdentifierRow.language),
    col(IdentifierRow.retired),
    col(IdentifierRow.successor),
    col(IdentifierRow.reason),
)
_WITH_ID = compile_statement(_known.where(col(IdentifierRow.id) == bind("id")))
_WITH_IDS = compile_statement(_known.where(col(IdentifierRow.id).in_(bind_each("ids"))))


def find_identifiers(reader: Reader, ids: Sequence[str]) -> list[Identifier]:
    """Return the identifiers of any resource with one of these ids."""
    rows = reader.rows(_WITH_ID, {"id": ids[0]}) if len(ids) == 1 else reader.rows(_WITH_IDS, {"ids": json.dumps(ids)})
    return [
        Identifier(kind, id_, number, Language(language), bool(retired), successor, reason and json.loads(reason))
        for kind, id_, number, language, retired, successor, reason in rows
    ]


def nearest_ids(reader: Reader, resource: str, id_: str, limit: int = 3) -> list[str]:
    """Return the ids of a resource that are most similar to `id_`, best first.

    Only the ids next to it in the alphabet are compared, which bounds the work.
    """
    values = {"kind": str(resource), "id": id_}
    known = [one for statement in (_AFTER, _BEFORE) for (one,) in reader.rows(statement, values)]
    return difflib.get_close_matches(id_, sorted(known), n=limit, cutoff=0.5)


def _neighbours(*, after: bool) -> str:
    here, there = tuple_(col(IdentifierRow.kind), col(IdentifierRow.id)), tuple_(bind("kind"), bind("id"))
    in_use = (col(IdentifierRow.kind) == bind("kind"), col(IdentifierRow.retired).is_(False))
    order = col(IdentifierRow.id) if after else col(IdentifierRow.id).desc()
    statement = select(col(IdentifierRow.id)).where(*in_use, here >= there if after else here < there)
    return compile_statement(statement.order_by(order).limit(literal(_NEIGHBOURS)))


_AFTER, _BEFORE = _neighbours(after=True), _neighbours(after=False)


_CAMPAIGNS = compile_statement(
    select(col(IdentifierRow.id), col(IdentifierRow.name))
    .where(col(IdentifierRow.kind) == literal(Resource.CAMPAIGN.value), col(IdentifierRow.retired).is_(False))
    .order_by(col(IdentifierRow.id))
)


def names_of_campaigns(reader: Reader) -> dict[str, StoredText]:
    """Return the name of every campaign, by its id."""
    return {id_: json.loads(name) for id_, name in reader.rows(_CAMPAIGNS, {})}
