"""What each list is made of: its table, the parts that its records have, and what it can be sorted by."""

from app.db.list_query import TITLE, ListSpec, SortKey
from app.model.codes import Resource
from app.resources.campaigns import schema as campaign
from app.resources.campaigns.table import CampaignRow
from app.resources.events import schema as event
from app.resources.events.table import EventRow
from app.resources.locations import schema as location
from app.resources.locations.table import LocationRow
from app.resources.outcomes import schema as outcome
from app.resources.outcomes.table import OutcomeRow
from app.resources.sources import schema as source
from app.resources.sources.table import SourceRow

CAMPAIGNS = ListSpec(
    kind=Resource.CAMPAIGN,
    table=CampaignRow,
    parts=campaign.PARTS,
    sort_keys={"id": SortKey(CampaignRow.id)},
    default_sort="id",
)
EVENTS = ListSpec(
    kind=Resource.EVENT,
    table=EventRow,
    parts=event.PARTS,
    sort_keys={
        "date": SortKey(EventRow.date_order, gap=EventRow.undated),
        "title": TITLE,
        "category": SortKey(EventRow.category),
        "id": SortKey(EventRow.id),
    },
    default_sort="date",
)
LOCATIONS = ListSpec(
    kind=Resource.LOCATION,
    table=LocationRow,
    parts=location.PARTS,
    sort_keys={"name": TITLE, "kind": SortKey(LocationRow.kind), "id": SortKey(LocationRow.id)},
    default_sort="id",
)
OUTCOMES = ListSpec(
    kind=Resource.OUTCOME,
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
    kind=Resource.SOURCE,
    table=SourceRow,
    parts=source.PARTS,
    sort_keys={"id": SortKey(SourceRow.id)},
    default_sort="id",
)
LIST_SPECS = {listing.kind: listing for listing in (CAMPAIGNS, EVENTS, LOCATIONS, OUTCOMES, SOURCES)}
