"""Looking ids up: whether they exist, what they are, where retired ones lead, and which are near."""

import difflib
import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, literal, select, tuple_
from sqlmodel import col

from app.db.connections import Reader
from app.db.statements import Statement, compiled, given
from app.languages import Language, Text
from app.model.codes import Resource
from app.model.tables import IdentifierRow

_NEIGHBOURS = 200


class Identifier(NamedTuple):
    """An id that is in use or was."""

    kind: str
    id: str
    number: int | None
    """The number of a record that is there."""
    language: Language
    """The source language of its campaign."""
    retired: bool
    successor: str | None
    reason: Text | None
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
_ids = func.json_each(given("ids")).table_valued("value")
_WITH_ID = compiled(_known.where(col(IdentifierRow.id) == given("id")))
_WITH_IDS = compiled(_known.where(col(IdentifierRow.id).in_(select(_ids.c.value))))


def find_identifiers(reader: Reader, ids: Sequence[str]) -> list[Identifier]:
    """Find everything that has one of these ids, of whatever kind."""
    rows = reader.rows(_WITH_ID, {"id": ids[0]}) if len(ids) == 1 else reader.rows(_WITH_IDS, {"ids": json.dumps(ids)})
    return [
        Identifier(kind, id_, number, Language(language), bool(retired), successor, reason and json.loads(reason))
        for kind, id_, number, language, retired, successor, reason in rows
    ]


def nearest_ids(reader: Reader, kind: str, id_: str, most: int = 3) -> list[str]:
    """Find the ids of a kind that are spelled most like `id_`, best first.

    Of very many ids only those are compared that stand next to it in the alphabet, which bounds the work.
    """
    values = {"kind": str(kind), "id": id_}
    known = [one for statement in (_AFTER, _BEFORE) for (one,) in reader.rows(statement, values)]
    return difflib.get_close_matches(id_, sorted(known), n=most, cutoff=0.5)


def _beside(*, after: bool) -> Statement:
    here, there = tuple_(col(IdentifierRow.kind), col(IdentifierRow.id)), tuple_(given("kind"), given("id"))
    in_use = (col(IdentifierRow.kind) == given("kind"), col(IdentifierRow.retired).is_(False))
    order = col(IdentifierRow.id) if after else col(IdentifierRow.id).desc()
    statement = select(col(IdentifierRow.id)).where(*in_use, here >= there if after else here < there)
    return compiled(statement.order_by(order).limit(literal(_NEIGHBOURS)))


_AFTER, _BEFORE = _beside(after=True), _beside(after=False)


_CAMPAIGNS = compiled(
    select(col(IdentifierRow.id), col(IdentifierRow.name))
    .where(col(IdentifierRow.kind) == literal(Resource.CAMPAIGN.value), col(IdentifierRow.retired).is_(False))
    .order_by(col(IdentifierRow.id))
)


def names_of_campaigns(reader: Reader) -> dict[str, Text]:
    """Name every campaign, by its id."""
    return {id_: json.loads(name) for id_, name in reader.rows(_CAMPAIGNS, {})}
