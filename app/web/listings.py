"""What each list is made of: its table, the parts that its records have, and what it can be sorted by."""

from app.published import campaign, event, location, outcome, source
from app.storage.questions import TITLE, Listing, SortKey
from app.tables import CampaignRow, EventRow, LocationRow, OutcomeRow, SourceRow
from app.vocabulary import RecordKind

CAMPAIGNS = Listing(
    kind=RecordKind.CAMPAIGN,
    table=CampaignRow,
    parts=campaign.PARTS,
    sort_keys={"id": SortKey(CampaignRow.id)},
    default_sort="id",
)
EVENTS = Listing(
    kind=RecordKind.EVENT,
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
LOCATIONS = Listing(
    kind=RecordKind.LOCATION,
    table=LocationRow,
    parts=location.PARTS,
    sort_keys={"name": TITLE, "kind": SortKey(LocationRow.kind), "id": SortKey(LocationRow.id)},
    default_sort="id",
)
OUTCOMES = Listing(
    kind=RecordKind.OUTCOME,
    table=OutcomeRow,
    parts=outcome.PARTS,
    sort_keys={
        "value": SortKey(OutcomeRow.value_order, gap=OutcomeRow.value_missing),
        "metric": SortKey(OutcomeRow.metric),
        "id": SortKey(OutcomeRow.id),
    },
    default_sort="id",
)
SOURCES = Listing(
    kind=RecordKind.SOURCE,
    table=SourceRow,
    parts=source.PARTS,
    sort_keys={"id": SortKey(SourceRow.id)},
    default_sort="id",
)
LISTINGS = {listing.kind: listing for listing in (CAMPAIGNS, EVENTS, LOCATIONS, OUTCOMES, SOURCES)}
