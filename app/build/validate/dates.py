"""Validates dates: no event begins after its sources were published."""

from collections.abc import Iterable, Iterator
from datetime import date

from app.build.common.documents import DateDocument, EvidenceDocument
from app.build.common.faults import Fault
from app.build.reader import CampaignSeeds, Seeds
from app.build.validate.positions import Position, campaign_parts
from app.resources.campaigns.document import CampaignDocument
from app.resources.events.document import EventDocument


def check_dates(seeds: Seeds) -> Iterator[Fault]:
    """Find what begins after the last day on which one of its sources can have been published."""
    for seeded in seeds.campaigns:
        published = {source.id: source.published.period().end for source in seeded.sources.sources}
        for document, evidence, place in _dated(seeded):
            start = document.period().start
            for source in sorted({item.source for item in evidence}):
                end = published.get(source)
                if start is not None and end is not None and start > end:
                    yield place.fault(_message(start, source, end))


def _message(start: date, source: str, end: date) -> str:
    return f"begins on {start}, and {source!r} was published by {end}; a future event belongs under `plans`"


def _dated(seeded: CampaignSeeds) -> Iterator[tuple[DateDocument, Iterable[EvidenceDocument], Position]]:
    for part, place in campaign_parts(seeded):
        match part:
            case CampaignDocument(reporting_period=period):
                yield period, period.evidence or part.evidence, place.at("reporting_period", "when")
            case EventDocument(date=date_):
                yield date_, date_.evidence or part.evidence, place.at("date", "when")
