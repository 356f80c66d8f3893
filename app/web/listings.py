"""What each list is made of: its table, the parts that its records have, and what it can be sorted by."""

from app.published import campaign, event, location, outcome, source
from app.storage.paging import TITLE, Listing
from app.tables import CampaignRow, EventRow, LocationRow, OutcomeRow, SourceRow
from app.vocabulary import RecordKind

CAMPAIGNS = Listing(
    kind=RecordKind.CAMPAIGN,
    table=CampaignRow,
    parts=campaign.PARTS,
    sort_keys={"id": ((CampaignRow.id, True),)},
    default_sort="id",
)
EVENTS = Listing(
    kind=RecordKind.EVENT,
    table=EventRow,
    parts=event.PARTS,
    sort_keys={
        "date": ((EventRow.undated, False), (EventRow.date_order, True)),
        "title": TITLE,
        "category": ((EventRow.category, True),),
        "id": ((EventRow.id, True),),
    },
    default_sort="date",
    undated=EventRow.undated,
)
LOCATIONS = Listing(
    kind=RecordKind.LOCATION,
    table=LocationRow,
    parts=location.PARTS,
    sort_keys={
        "name": TITLE,
        "kind": ((LocationRow.kind, True),),
        "id": ((LocationRow.id, True),),
    },
    default_sort="id",
)
OUTCOMES = Listing(
    kind=RecordKind.OUTCOME,
    table=OutcomeRow,
    parts=outcome.PARTS,
    sort_keys={
        "value": ((OutcomeRow.value_missing, False), (OutcomeRow.value_order, True)),
        "metric": ((OutcomeRow.metric, True),),
        "id": ((OutcomeRow.id, True),),
    },
    default_sort="id",
)
SOURCES = Listing(
    kind=RecordKind.SOURCE,
    table=SourceRow,
    parts=source.PARTS,
    sort_keys={"id": ((SourceRow.id, True),)},
    default_sort="id",
)
LISTINGS = {listing.kind: listing for listing in (CAMPAIGNS, EVENTS, LOCATIONS, OUTCOMES, SOURCES)}
