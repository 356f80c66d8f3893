"""The hits of a search over several kinds of record, the best first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlmodel import col

from app.db.connections import Reader
from app.db.cursors import Values as After
from app.db.filters import among
from app.db.keys import kind_of_search_key, search_key
from app.db.list_query import ListQuery, Segment
from app.db.statements import Conditions, Statement, Values, compiled, given, numbers
from app.fulltext.query import IN_TITLE, NOT_IN_TITLE, hits, ranked
from app.fulltext.table import SEARCH_INDEX, SearchDocumentRow
from app.model.codes import Resource
from app.resources.campaigns.table import CampaignRow
from app.resources.events.table import EventRow
from app.resources.locations.table import LocationCampaignRow, LocationRow
from app.resources.outcomes.table import OutcomeRow


@dataclass(frozen=True)
class Hit:
    """A record that was found."""

    kind: Resource
    number: int
    id: str
    rank: float | None
    """The lower, the better; None where so many records match that they are not ranked."""
    texts: list[tuple[str, str | None]]
    """The place of each of its texts but the id as a JSON Pointer, and its pinyin."""


@cache
def ask_hits(kinds: tuple[Resource, ...], campaigns: int, *, are_ranked: bool) -> ListQuery:
    """Make the question for what a search finds among records of some kinds, perhaps only those of some campaigns.

    Hits that are ranked come by their rank, others first those that match with their titles; and then in the order of
    the kinds and of their lists.
    """
    if are_ranked:
        found = ranked(kinds)
        key, rank = found.c.key, found.c.rank
        weighed = select(key, rank, key.label("place")).where(*_of_campaigns(key, kinds, campaigns))
        segments = [Segment(weighed, [(rank, False), (key, False)])]
    else:
        key = SEARCH_INDEX.c.rowid
        statement: Select[Any] = select(key, key.label("place")).where(*_of_campaigns(key, kinds, campaigns))
        segments = [Segment(statement.where(*hits(kinds, part)), [(key, False)]) for part in (IN_TITLE, NOT_IN_TITLE)]
    return ListQuery(segments, [_count(kind, campaigns) for kind in kinds], None)


@cache
def _count(kind: Resource, campaigns: int) -> Statement:
    key = SEARCH_INDEX.c.rowid
    conditions = [*hits([kind]), *_of_campaigns(key, [kind], campaigns)]
    return compiled(select(func.count()).select_from(SEARCH_INDEX).where(*conditions))


def count_hits(reader: Reader, kind: Resource, campaigns: int, values: Values) -> int:
    """Count the hits of a kind, perhaps only those of some campaigns."""
    count: int = reader.scalar(_count(kind, campaigns), values)
    return count


def read_hits(
    reader: Reader, question: ListQuery, values: Values, after: After | None, limit: int
) -> tuple[list[Hit], After | None]:
    """Read a page of hits, and where the last one stands when there is another page after it."""
    page = question.page(reader, values, after, limit)
    documents = reader.rows(_DOCUMENTS, {"keys": numbers([row[0] for row in page.rows])})
    found = []
    for (key, *order), (id_, texts) in zip(page.rows, documents, strict=True):
        kind, number = kind_of_search_key(key)
        rank = order[0] if len(order) > 1 else None
        found.append(Hit(kind, number, id_, rank, [(place, sound) for place, sound in json.loads(texts)]))
    return found, page.last


_wanted = func.json_each(given("keys")).table_valued("key", "value")
_DOCUMENTS = compiled(
    select(col(SearchDocumentRow.id), col(SearchDocumentRow.texts))
    .join_from(_wanted, SearchDocumentRow, col(SearchDocumentRow.key) == _wanted.c.value)
    .order_by(_wanted.c.key)
)


def _of_campaigns(key: Any, kinds: Sequence[Resource], campaigns: int) -> Conditions:
    """Ask of a row of the index that it is of a campaign of the parameter `campaign`; of none, ask nothing."""
    if not campaigns:
        return []

    def there_is(kind: Resource, table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(col(table.number) == key - search_key(kind, 0), *conditions)

    spoken_of = col(LocationCampaignRow.location) == col(LocationRow.id)
    ways = {
        Resource.CAMPAIGN: (CampaignRow, among(CampaignRow.id, "campaign", campaigns)),
        Resource.EVENT: (EventRow, among(EventRow.campaign, "campaign", campaigns)),
        Resource.OUTCOME: (OutcomeRow, among(OutcomeRow.campaign, "campaign", campaigns)),
        Resource.LOCATION: (LocationRow, [spoken_of, *among(LocationCampaignRow.campaign, "campaign", campaigns)]),
    }
    return [or_(*(there_is(kind, table, *conditions) for kind, (table, conditions) in ways.items() if kind in kinds))]
