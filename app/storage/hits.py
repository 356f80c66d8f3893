"""The hits of a search over several kinds of record, the best first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, or_, select
from sqlmodel import col

from app.storage.cursors import Values
from app.storage.matching import Conditions, among
from app.storage.paging import Order, comes_after
from app.storage.search import Search, found, ranked, search_key
from app.storage.snapshot import Snapshot
from app.tables import EventRow, LocationCampaignRow, OutcomeRow, SearchDocumentRow
from app.vocabulary import RECORD_KINDS, RecordKind


@dataclass(frozen=True)
class Hit:
    """A record that was found."""

    kind: RecordKind
    number: int
    id: str
    rank: float
    """The lower, the better."""
    texts: list[tuple[str, str | None]]
    """The place of each of its texts but the id as a JSON Pointer, and its pinyin."""


class Hits:
    """What a search finds among records of some kinds, perhaps only those of some campaigns."""

    def __init__(self, search: Search, kinds: Sequence[RecordKind], campaigns: Sequence[str]) -> None:
        self._search = search
        self._ranked = ranked(kinds, search)
        self._conditions = _of_campaigns(campaigns) if campaigns else []
        self.order = Order(
            (
                (self._ranked.c.rank, False),
                (col(SearchDocumentRow.id), False),
                (col(SearchDocumentRow.key), False),
            ),
            by_language=False,
        )

    def page(self, snapshot: Snapshot, after: Values | None, limit: int) -> tuple[list[Hit], Values | None]:
        """Read a page, and the sort values of its last hit when there is another page after it."""
        columns = [column for column, _ in self.order.columns]
        wanted = (col(SearchDocumentRow.kind), col(SearchDocumentRow.texts), *columns)
        statement = self._over(self._ranked, *wanted).order_by(*columns)
        if after is not None:
            statement = statement.where(comes_after(self.order, after))
        rows = snapshot.rows(statement.limit(limit + 1))
        hits = []
        for kind, texts, rank, id_, key in rows[:limit]:
            of_kind = RECORD_KINDS[kind]
            number = key - search_key(of_kind, 0)
            hits.append(Hit(of_kind, number, id_, rank, [(place, sound) for place, sound in texts]))
        return hits, tuple(rows[limit - 1][2:]) if len(rows) > limit else None

    def count(self, snapshot: Snapshot, kinds: Sequence[RecordKind]) -> dict[str, int]:
        """Count the hits of each of some kinds that has any, the most first."""
        kind = col(SearchDocumentRow.kind)
        number = func.count()
        statement = self._over(found(kinds, self._search), kind, number)
        counted = snapshot.rows(statement.group_by(kind).order_by(number.desc(), kind))
        return {row[0]: row[1] for row in counted}

    def _over(self, keys: FromClause, *columns: Any) -> Select[Any]:
        joined = select(*columns).join_from(keys, SearchDocumentRow, col(SearchDocumentRow.key) == keys.c.key)
        return joined.where(*self._conditions)


def _of_campaigns(campaigns: Sequence[str]) -> Conditions:
    kind, id_, key = col(SearchDocumentRow.kind), col(SearchDocumentRow.id), col(SearchDocumentRow.key)

    def numbered(of_kind: RecordKind, table: Any) -> ColumnElement[bool]:
        is_it = col(table.number) == key - search_key(of_kind, 0)
        return and_(kind == of_kind, exists().where(is_it, *among(table.campaign, campaigns)))

    spoken_of = exists().where(
        col(LocationCampaignRow.location) == id_, *among(LocationCampaignRow.campaign, campaigns)
    )  # fmt: skip
    return [
        or_(
            and_(kind == RecordKind.CAMPAIGN, id_.in_(campaigns)),
            numbered(RecordKind.EVENT, EventRow),
            numbered(RecordKind.OUTCOME, OutcomeRow),
            and_(kind == RecordKind.LOCATION, spoken_of),
        )
    ]
