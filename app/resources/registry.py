"""The list specification of each resource: parts and sort keys; and the exports of those that have them."""

from app.db.list_spec import TITLE, ListSpec, SortKey
from app.model.codes import Resource
from app.resources.campaigns import schema as campaign
from app.resources.events import formats as event_formats
from app.resources.events import schema as event
from app.resources.events.filters import IS_UNDATED
from app.resources.events.parts import read_locations, read_outcomes
from app.resources.locations import formats as location_formats
from app.resources.locations import schema as location
from app.resources.outcomes import formats as outcome_formats
from app.resources.outcomes import schema as outcome
from app.resources.sources import schema as source

CAMPAIGNS = ListSpec(
    resource=Resource.CAMPAIGN, parts=campaign.PARTS, sort_keys={"id": SortKey("campaign.id")}, default_sort="id"
)
EVENTS = ListSpec(
    resource=Resource.EVENT,
    parts=event.PARTS,
    sort_keys={
        "date": SortKey("event.date_order", int, gap=IS_UNDATED),
        "title": TITLE,
        "category": SortKey("event.category"),
        "source": SortKey("event.source_position", int),
        "id": SortKey("event.id"),
    },
    default_sort="date",
    is_undated=IS_UNDATED,
    linked_parts={event.EventPart.OUTCOMES: read_outcomes, event.EventPart.LOCATIONS: read_locations},
)
LOCATIONS = ListSpec(
    resource=Resource.LOCATION,
    parts=location.PARTS,
    sort_keys={
        "name": TITLE,
        "kind": SortKey("location.kind"),
        # A cursor has no null.
        "source": SortKey("coalesce(location.source_position, 0)", int, gap="(location.source_position IS NULL)"),
        "id": SortKey("location.id"),
    },
    default_sort="id",
)
OUTCOMES = ListSpec(
    resource=Resource.OUTCOME,
    parts=outcome.PARTS,
    sort_keys={
        "value": SortKey("outcome.value_order", float, gap="outcome.value_missing"),
        "metric": SortKey("outcome.metric"),
        "source": SortKey("outcome.source_position", int),
        "id": SortKey("outcome.id"),
    },
    default_sort="id",
)
SOURCES = ListSpec(
    resource=Resource.SOURCE, parts=source.PARTS, sort_keys={"id": SortKey("source.id")}, default_sort="id"
)
LIST_SPECS = {listing.resource: listing for listing in (CAMPAIGNS, EVENTS, LOCATIONS, OUTCOMES, SOURCES)}
_FORMATS = {
    Resource.EVENT: event_formats,
    Resource.LOCATION: location_formats,
    Resource.OUTCOME: outcome_formats,
}
EXPORTS = {resource: formats.EXPORTS for resource, formats in _FORMATS.items()}
COLUMNS = {resource: formats.COLUMNS for resource, formats in _FORMATS.items()}
"""The columns of the CSV files and workbooks."""
