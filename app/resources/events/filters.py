"""Conditions and facets that several lists share: windows of days, places with all inside them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from app.db.facets import Facet
from app.db.filters import either
from app.db.statements import Value, is_one_of
from app.http.param_types import LinkedBy
from app.model.codes import Resource
from app.resources.events.spans import LONGEST_SPAN
from app.resources.locations.filters import IS_COUNTY

IS_UNDATED = "event.undated"
"""The condition that an event has no date."""

_LASTS_INTO = "starts_on < :date_from AND ends_on >= :date_from"
# One subquery, so that SQLite does not search for it among all events through another condition's index.
_BEGINS_BEFORE_WINDOW = "event.number IN ({})".format(
    " UNION ALL ".join(
        (
            *(
                f"SELECT number FROM event WHERE span = {span} AND starts_on > :date_from_{span} AND {_LASTS_INTO}"
                for span in range(1, LONGEST_SPAN)
            ),
            f"SELECT number FROM event WHERE span = {LONGEST_SPAN} AND {_LASTS_INTO}",
        )
    )
)


def window_conditions(*, date_from: bool, date_to: bool) -> Sequence[str]:
    """Return the conditions of the events that begin before a window and touch it, and of those that begin in it.

    The window is of days, both ends inclusive; one of them may be open. Each condition uses an index: numbers are in
    the order of the first days, and an event of a given span that lasts into a day began no longer ago than its span.
    """
    last = "starts_on <= :date_to" if date_to else "NOT undated"
    last_number = f"SELECT number FROM event WHERE {last} ORDER BY starts_on DESC, number DESC LIMIT 1"
    if not date_from:
        return [f"event.number <= ({last_number})"]
    first_number = "SELECT number FROM event WHERE starts_on >= :date_from ORDER BY starts_on, number LIMIT 1"
    return [_BEGINS_BEFORE_WINDOW, f"event.number >= ({first_number}) AND event.number <= ({last_number})"]


def window_values(date_from: date | None, date_to: date | None) -> dict[str, Value]:
    """Return the values that the conditions on a window bind."""
    values: dict[str, Value] = {}
    if date_to is not None:
        values["date_to"] = date_to.isoformat()
    if date_from is not None:
        values["date_from"] = date_from.isoformat()
        for span in range(1, LONGEST_SPAN):
            is_in_calendar = date_from.toordinal() > 1 << span
            # "" sorts before the first day of the calendar.
            values[f"date_from_{span}"] = (date_from - timedelta(1 << span)).isoformat() if is_in_calendar else ""
    return values


# The condition that a row of `event_within` is of the links that count for the request.
_IS_COUNTED = "event_within.linked_by = :location_basis"

IS_LINK_COUNTED = "(event_location.basis = 'stated' OR :location_basis = 'any')"
"""The condition that a row of `event_location` is such a link."""


def is_within(name: str, locations: Sequence[str]) -> str:
    """Return the condition that a row of `event_within` is of one of the `locations` of the parameter `name`.

    "" where there are none.
    """
    condition = is_one_of("event_within.location", name, locations)
    return condition and f"{condition} AND {_IS_COUNTED}"


def is_of_window(*, date_from: bool, date_to: bool) -> str:
    """Return the condition that an event touches a window, as `window_conditions` has it in parts."""
    return either(window_conditions(date_from=date_from, date_to=date_to))


def with_derived_links(basis: LinkedBy, *, is_filtered: bool) -> Mapping[str, Value]:
    """Return the values to bind so that derived links count too; none where they do, or no filter is on links."""
    return {"location_basis": LinkedBy.ANY.value} if is_filtered and basis is LinkedBy.STATED else {}


def place_facet(resource: Resource, named_by: str, *, event: str, places: str, joins: str = "") -> Facet:
    """Return the facet of the places of records with all that these lie in, or of those that are counties.

    `named_by` is the kind of their ids, `location` or `county`. `event` is the column that has the number of a record's
    event, after the `joins` where a record can have several. `places` is a subquery of the rows of `event_within` of
    one record, each once, with the place as `location_id`.
    """
    joined = f"{joins} JOIN event_within ON event_within.event = {event} AND {_IS_COUNTED}"
    if named_by == "county":
        joined += f" JOIN location ON location.id = event_within.location AND {IS_COUNTY}"
        places += f" JOIN location ON location.id = location_id AND {IS_COUNTY}"
    # Every row of a stated link has one of any link beside it.
    by_derived_links_alone = f"(SELECT sum(iif(linked_by = 'any', 1, -1)) FROM {places}) > 0"
    return Facet(
        resource,
        "event_within.location",
        named_by,
        joined,
        repeats=bool(joins),
        is_left_out=f"(:location_basis = 'stated' AND {by_derived_links_alone})",
        has_places=True,
    )
