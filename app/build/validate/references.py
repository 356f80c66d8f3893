"""Validates ids: each is defined once, and each reference is to an existing record of the right kind."""

import difflib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel

from app.build.common.documents import Document, RefersTo, RetiredDocument, Text, nested
from app.build.common.faults import Fault
from app.build.common.yaml_reader import Position
from app.build.reader import Seeds
from app.languages import LANGUAGES
from app.model.codes import EventKind, OutcomeKind, with_indefinite_article
from app.resources.campaigns.document import OrganisationDocument, PillarDocument, ScopeDocument
from app.resources.events.document import EventDocument, StrandLinkDocument
from app.resources.outcomes.document import OutcomeDocument

_SHARED_FIELDS = ("kind", "name", "address")
"""The fields on which campaigns that list the same organisation must agree; the others are each campaign's own."""


class Definition(NamedTuple):
    """An id where a document defines it."""

    resource: str
    """Its resource, or the noun for another part of a document that has an id."""
    id: str
    place: Position
    owner: str | None
    """The campaign that it belongs to; None if campaigns share it."""
    retired: RetiredDocument | None = None
    organisation: OrganisationDocument | None = None
    """The organisation that it is the id of, as a campaign describes it."""
    campaign: str | None = None
    """The campaign whose document defines it; None for a shared document."""
    unique_as: str | None = None
    """The noun for the ids among which it is unique; None if these are those of `resource`."""


class Reference(NamedTuple):
    """An id where a document refers to it."""

    resource: str
    id: str
    place: Position
    owner: str | None = None
    """The campaign that it must belong to; None for any."""


def check_references(seeds: Seeds) -> Iterator[Fault]:
    """Find ids that are defined twice or wrongly formed, and references that lead nowhere."""
    defined: dict[tuple[str, str], Definition] = {}
    unique: dict[tuple[str, str], Definition] = {}
    for definition in _definitions(seeds):
        defined.setdefault((definition.resource, definition.id), definition)
        first = unique.setdefault((definition.unique_as or definition.resource, definition.id), definition)
        if first is not definition:
            yield from _check_second(definition, first)
    for part, place, campaign in seeds.parts():
        for reference in _references(part, place, campaign):
            if reference.id not in seeds.unread_ids and reference.resource not in seeds.unread_resources:
                yield from _check_reference(reference, defined)
        match part:
            case EventDocument():
                yield from _check_event(part, place, campaign)
            case OutcomeDocument():
                yield from _check_outcome(part, place, campaign)


def _definitions(seeds: Seeds) -> Iterator[Definition]:
    """Iterate over every id that the seeds define, including the retired ones."""
    for part, place, campaign in seeds.parts():
        if isinstance(part, RetiredDocument):
            yield Definition(part.kind, part.id, place.at("id"), campaign, part)
        elif isinstance(part, Document) and part.defines is not None:
            owner = None if part.is_shared else campaign
            organisation = part if isinstance(part, OrganisationDocument) else None
            resource = part.defines.format(campaign=campaign)
            yield Definition(
                resource, vars(part)["id"], place.at("id"), owner, organisation=organisation, campaign=campaign
            )
        if isinstance(part, PillarDocument):
            # An event refers to a strand of its own pillar. But `strand=` of a request names no pillar, so an id that
            # two pillars used would find the events of both.
            for index, strand in enumerate(part.strands):
                where = place.at("strands", index, "id")
                yield Definition(f"strand of {part.id}", strand.id, where, campaign, unique_as="strand")


def _shared(organisation: OrganisationDocument, name: str) -> object:
    """Return a field of an organisation without its origin, which may differ between sources."""
    value = getattr(organisation, name)
    return [value.root[language] for language in LANGUAGES] if isinstance(value, Text) else value


def _check_second(definition: Definition, first: Definition) -> Iterator[Fault]:
    """Check the second definition of an id: several campaigns may list one organisation, if they agree on it."""
    line = first.place.fault("")
    at = f"at {line.file}:{line.line}"
    ours, theirs = definition.organisation, first.organisation
    if ours is None or theirs is None or definition.campaign == first.campaign:
        yield definition.place.fault(f"{definition.id!r} is already the id of another {first.resource}, {at}")
        return
    for name in _SHARED_FIELDS:
        if _shared(ours, name) != _shared(theirs, name):
            yield definition.place.fault(f"{definition.id!r} has another {name} in another campaign, {at}")


def _check_reference(reference: Reference, defined: dict[tuple[str, str], Definition]) -> Iterator[Fault]:
    resource, id_, place, owner = reference
    found = defined.get((resource, id_))
    if found is None:
        known = [one.id for one in defined.values() if one.resource == resource and one.retired is None]
        nearest = difflib.get_close_matches(id_, known, n=1)
        others = [one.resource for one in defined.values() if one.id == id_]
        hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
        hint += f" (it is {with_indefinite_article(others[0])})" if others else ""
        yield place.fault(f"there is no {resource} {id_!r}{hint}")
    elif found.retired is not None:
        instead = f"write {found.retired.merged_into!r}" if found.retired.merged_into else "it was withdrawn"
        yield place.fault(f"{resource} {id_!r} is retired; {instead}")
    elif owner is not None and found.owner != owner:
        yield place.fault(f"{resource} {id_!r} belongs to campaign {found.owner!r}")


def _references(part: BaseModel, place: Position, campaign: str | None) -> Iterator[Reference]:
    for name, to in _referring(type(part)):
        value = getattr(part, name)
        ids = [(value, place.at(name))]
        if isinstance(value, tuple):
            ids = [(id_, place.at(name, index)) for index, id_ in enumerate(value)]
        for id_, where in ids:
            if id_ is not None:
                yield Reference(to.resource, id_, where, campaign if to.own else None)
    match part:
        case ScopeDocument():
            yield Reference(part.level, part.id, place.at("id"), campaign)
        case RetiredDocument(merged_into=str(successor)):
            yield Reference(part.kind, successor, place.at("merged_into"))
        case EventDocument(strand=StrandLinkDocument(id=id_)):
            yield Reference(f"strand of {part.pillar}", id_, place.at("strand", "id"))


@cache
def _referring(model: type[BaseModel]) -> list[tuple[str, RefersTo]]:
    """Return the fields of a document that are ids of others, each with what it refers to."""
    return [
        (name, mark)
        for name, field in model.model_fields.items()
        for mark in (*field.metadata, *nested(field.annotation))
        if isinstance(mark, RefersTo)
    ]


def _check_event(event: EventDocument, place: Position, campaign: str | None) -> Iterator[Fault]:
    yield from _check_prefix(event.id, place, campaign)
    if event.kind is EventKind.COMPONENT and event.part_of is None:
        yield place.at("id").fault("a component needs part_of, the event that it is a part of")
    yield from _repeated(place, "organisers", "organisation", [link.organisation for link in event.organisers])
    yield from _repeated(place, "participants", "group", [group.group for group in event.participants])
    yield from _repeated(place, "locations", "location", [(link.location, link.role) for link in event.locations])


def _check_outcome(outcome: OutcomeDocument, place: Position, campaign: str | None) -> Iterator[Fault]:
    badly_begun = list(_check_prefix(outcome.id, place, campaign))
    yield from badly_begun
    expected = f"{campaign}-{outcome.metric.replace('_', '-')}"
    if not badly_begun and outcome.kind is OutcomeKind.QUANTITATIVE and not outcome.id.startswith(expected):
        yield place.at("id").fault(f"{outcome.id!r} must be named for its metric; write {expected}")
    yield from _repeated(place, "events", None, outcome.events)


def _check_prefix(id_: str, place: Position, campaign: str | None) -> Iterator[Fault]:
    if not id_.startswith(f"{campaign}-"):
        yield place.at("id").fault(f"{id_!r} must begin with the campaign's id; write {campaign}-{id_}")


def _repeated(record: Position, links: str, key: str | None, values: Sequence[object]) -> Iterator[Fault]:
    seen: set[object] = set()
    for index, value in enumerate(values):
        if value in seen:
            where = record.at(links, index, *([key] if key else []))
            shown = value[0] if isinstance(value, tuple) else value
            yield where.fault(f"{shown!r} is repeated; keep one of the two")
        seen.add(value)
