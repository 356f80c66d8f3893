"""Conditions that select the records of a campaign, for search and for the snapshot."""

from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import col

from app.db.filters import one_of
from app.db.keys import search_key
from app.db.statements import bind, compiled_once
from app.fulltext.table import SEARCH_INDEX
from app.model.codes import Resource
from app.resources.campaigns.table import CampaignRow
from app.resources.events.table import EventRow
from app.resources.locations.table import LocationAncestorRow, LocationCampaignRow, LocationRow
from app.resources.outcomes.table import OutcomeRow
from app.resources.sources.table import SourceRow

_TABLES: dict[Resource, Any] = {
    Resource.CAMPAIGN: CampaignRow,
    Resource.SOURCE: SourceRow,
    Resource.LOCATION: LocationRow,
    Resource.EVENT: EventRow,
    Resource.OUTCOME: OutcomeRow,
}
"""The table of each resource, in the order of the offline document."""

CAMPAIGN_RESOURCES = tuple(_TABLES)
"""The resources of which a campaign has records, in the order of the offline document."""


@compiled_once(*_TABLES.values())
def of_campaign(resource: Resource) -> ColumnElement[bool]:
    """Return the condition that a record belongs to the campaign of the parameter `campaign`.

    Its locations are those that its sources mention, and all that these lie in.
    """
    if resource is Resource.LOCATION:
        mentioned = (
            select(col(LocationAncestorRow.ancestor))
            .join(LocationCampaignRow, col(LocationCampaignRow.location) == col(LocationAncestorRow.location))
            .where(col(LocationCampaignRow.campaign) == bind("campaign"))
        )
        return col(LocationRow.id).in_(mentioned)
    return _is_campaign_of(resource)


@compiled_once(SEARCH_INDEX)
def hit_of_campaigns(resource: Resource, many: bool) -> ColumnElement[bool]:
    """Return the condition that a row of the index is of a resource, and of a campaign of the parameter `campaign`.

    A location is of every campaign whose sources mention it.
    """
    table = _TABLES[resource]
    is_record = col(table.number) == SEARCH_INDEX.c.rowid - search_key(resource, 0)
    if resource is Resource.LOCATION:
        is_mentioned = col(LocationCampaignRow.location) == col(LocationRow.id)
        return exists().where(is_record, is_mentioned, one_of(LocationCampaignRow.campaign, "campaign", many=many))
    return exists().where(is_record, _is_campaign_of(resource, many=many))


def _is_campaign_of(resource: Resource, *, many: bool = False) -> ColumnElement[bool]:
    column = CampaignRow.id if resource is Resource.CAMPAIGN else _TABLES[resource].campaign
    return one_of(column, "campaign", many=many)
