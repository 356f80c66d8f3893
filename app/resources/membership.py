"""Conditions that select the records of a campaign, for search and for the snapshot."""

from collections.abc import Sequence

from app.db.keys import search_key
from app.db.search_index import ROWID
from app.db.statements import is_one_of, select_sql
from app.model.codes import Resource

CAMPAIGN_RESOURCES = (Resource.CAMPAIGN, Resource.SOURCE, Resource.LOCATION, Resource.EVENT, Resource.OUTCOME)
"""The resources of which a campaign has records, in the order of the offline document."""

# The places that the sources of the campaign mention, and all that these lie in.
_PLACES_OF_CAMPAIGN = select_sql(
    "location_ancestor.ancestor",
    "location_ancestor JOIN location_campaign ON location_campaign.location = location_ancestor.location",
    ["location_campaign.campaign = :campaign"],
)


def of_campaign(resource: Resource) -> str:
    """Return the condition that a record belongs to the campaign of the parameter `campaign`.

    Its locations are those that its sources mention, and all that these lie in.
    """
    if resource is Resource.LOCATION:
        return f"location.id IN ({_PLACES_OF_CAMPAIGN})"
    return f"{_campaign_column(resource)} = :campaign"


def hit_of_campaigns(resource: Resource, campaigns: Sequence[str]) -> str:
    """Return the condition that a row of the index is of a resource, and of one of the `campaigns`.

    A location is of every campaign whose sources mention it.
    """
    source, is_record = str(resource), f"{resource}.number = {ROWID} - {search_key(resource, 0)}"
    if resource is Resource.LOCATION:
        source += " JOIN location_campaign ON location_campaign.location = location.id"
    conditions = [is_record, is_one_of(_campaign_column(resource), "campaign", campaigns)]
    return f"EXISTS ({select_sql('1', source, conditions)})"


def _campaign_column(resource: Resource) -> str:
    match resource:
        case Resource.CAMPAIGN:
            return "campaign.id"
        case Resource.LOCATION:
            return "location_campaign.campaign"
        case _:
            return f"{resource}.campaign"
