"""The list specification of each resource: table, parts and sort keys."""

from app.db.list_spec import TITLE, ListSpec, SortKey
from app.model.codes import Resource
from app.resources.campaigns import schema as campaign
from app.resources.campaigns.table import CampaignRow
from app.resources.events import schema as event
from app.resources.events.filters import is_undated
from app.resources.events.parts import read_locations, read_outcomes
from app.resources.events.table import EventRow
from app.resources.locations import schema as location
from app.resources.locations.table import LocationRow
from app.resources.outcomes import schema as outcome
from app.resources.outcomes.table import OutcomeRow
from app.resources.sources import schema as source
from app.resources.sources.table import SourceRow

CAMPAIGNS = ListSpec(
    resource=Resource.CAMPAIGN,
    table=CampaignRow,
    parts=campaign.PARTS,
    sort_keys={"id": SortKey(CampaignRow.id)},
    default_sort="id",
)
EVENTS = ListSpec(
    resource=Resource.EVENT,
    table=EventRow,
    parts=event.PARTS,
    sort_keys={
        "date": SortKey(EventRow.date_order, gap=EventRow.undated),
        "title": TITLE,
        "category": SortKey(EventRow.category),
        "id": SortKey(EventRow.id),
    },
    default_sort="date",
    is_undated=is_undated,
    linked_parts={event.EventPart.OUTCOMES: read_outcomes, event.EventPart.LOCATIONS: read_locations},
)
LOCATIONS = ListSpec(
    resource=Resource.LOCATION,
    table=LocationRow,
    parts=location.PARTS,
    sort_keys={"name": TITLE, "kind": SortKey(LocationRow.kind), "id": SortKey(LocationRow.id)},
    default_sort="id",
)
OUTCOMES = ListSpec(
    resource=Resource.OUTCOME,
    table=OutcomeRow,
    parts=outcome.PARTS,
    sort_keys={
        "value": SortKey(OutcomeRow.value_order, gap=OutcomeRow.value_missing),
        "metric": SortKey(OutcomeRow.metric),
        "id": SortKey(OutcomeRow.id),
    },
    default_sort="id",
)
SOURCES = ListSpec(
    resource=Resource.SOURCE,
    table=SourceRow,
    parts=source.PARTS,
    sort_keys={"id": SortKey(SourceRow.id)},
    default_sort="id",
)
LIST_SPECS = {listing.resource: listing for listing in (CAMPAIGNS, EVENTS, LOCATIONS, OUTCOMES, SOURCES)}
