"""Reads the records that pages show: a campaign, and one of its records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic_core import from_json

from app.db.connections import Reader
from app.db.identifiers import find_identifiers
from app.db.keys import SUMMARY
from app.db.records import RecordView, read_part, read_record, read_records
from app.endpoints.explorer.words import html_words
from app.languages import Language, Tree
from app.model.codes import Resource
from app.resources.registry import CAMPAIGNS, EVENTS, EXPORTS, LIST_SPECS, SOURCES

PAGES = (Resource.CAMPAIGN, Resource.EVENT, Resource.LOCATION, Resource.OUTCOME)
"""The resources whose records have a page."""

MAX_LISTED_EVENTS = 50
"""How many events a page links to without script."""

_CAMPAIGNS = "SELECT number FROM campaign ORDER BY id"
_EVENTS = "SELECT number FROM event WHERE campaign = :campaign ORDER BY number LIMIT :limit"
_CAMPAIGN_OF_LOCATION = """
SELECT coalesce(
    (SELECT min(campaign) FROM location_campaign JOIN location_ancestor USING (location) WHERE ancestor = :id),
    (SELECT min(id) FROM campaign)
)
"""


@dataclass(frozen=True)
class Campaign:
    """A campaign in one language."""

    record: Tree
    summary: Tree
    sources: list[Tree]

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.record["id"])


@dataclass(frozen=True)
class Subject:
    """A record in one language."""

    resource: Resource
    record: Tree
    json_text: bytes
    """The record as JSON; an event with its locations."""
    title: str
    description: str


def read_campaign(reader: Reader, id_: str, language: Language) -> Campaign:
    """Return a campaign that exists."""
    (number,) = (one.number for one in find_identifiers(reader, [id_]) if one.kind == Resource.CAMPAIGN)
    assert number is not None  # noqa: S101 - its records refer to it
    record = from_json(read_record(reader, CAMPAIGNS, number, RecordView(language)))
    summary = from_json(read_part(reader, Resource.CAMPAIGN, number, SUMMARY, language))
    numbers = [one.number for one in find_identifiers(reader, record["sources"]) if one.kind == Resource.SOURCE]
    sources = read_records(reader, SOURCES, [one for one in numbers if one is not None], RecordView(language))
    return Campaign(record, summary, [from_json(source) for source in sources])


def read_campaigns(reader: Reader, language: Language) -> list[Tree]:
    """Return the records of all campaigns, by id."""
    numbers = [number for (number,) in reader.rows(_CAMPAIGNS, {})]
    return [from_json(record) for record in read_records(reader, CAMPAIGNS, numbers, RecordView(language))]


def read_subject(reader: Reader, resource: Resource, number: int, language: Language) -> Subject:
    """Return a record that exists, with the parts that its linked data includes."""
    include = EXPORTS[resource].by_extension["jsonld"].include if resource is Resource.EVENT else ()
    json_text = read_record(reader, LIST_SPECS[resource], number, RecordView(language, include))
    record = from_json(json_text)
    return Subject(resource, record, json_text, *_TITLED[resource](record, language))


def campaign_of(reader: Reader, subject: Subject) -> str:
    """Return the id of the campaign that a record belongs to.

    For a location, it is the first campaign whose source mentions the location or a place in it; where none does,
    as for a shared place that is not used yet, it is the first campaign.
    """
    if subject.resource is Resource.LOCATION:
        return str(reader.scalar(_CAMPAIGN_OF_LOCATION, {"id": subject.record["id"]}))
    return str(subject.record["campaign"])


def events_of(reader: Reader, campaign: str, language: Language) -> list[Tree]:
    """Return the first events of a campaign, in their default order."""
    numbers = [number for (number,) in reader.rows(_EVENTS, {"campaign": campaign, "limit": MAX_LISTED_EVENTS})]
    return [from_json(event) for event in read_records(reader, EVENTS, numbers, RecordView(language))]


def title_of(reader: Reader, resource: Resource, number: int, language: Language) -> str:
    """Return the title of a record."""
    record = from_json(read_record(reader, LIST_SPECS[resource], number, RecordView(language)))
    title, _ = _TITLED[resource](record, language)
    return title


def _of_campaign(record: Tree, language: Language) -> tuple[str, str]:
    return record["name"], record["summary"]


def _of_event(record: Tree, language: Language) -> tuple[str, str]:
    return record["title"], record["summary"]


def _of_location(record: Tree, language: Language) -> tuple[str, str]:
    return record["full_name"] or record["name"], " · ".join(step["name"] for step in record["path"])


def _of_outcome(record: Tree, language: Language) -> tuple[str, str]:
    stated = record["as_stated"] and html_words(language)["stated_figure"].format(text=record["as_stated"])
    return record["label"], " ".join(filter(None, [stated, record["note"]])) or record["scope"]["name"]


_TITLED: Mapping[Resource, Callable[[Tree, Language], tuple[str, str]]] = {
    Resource.CAMPAIGN: _of_campaign,
    Resource.EVENT: _of_event,
    Resource.LOCATION: _of_location,
    Resource.OUTCOME: _of_outcome,
}
"""Functions that return the title and the description of a record, by resource."""
