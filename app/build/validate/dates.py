"""DateFilter: nothing was done after the sources that tell of it were published."""

from collections.abc import Iterable, Iterator
from datetime import date

from app.build.common.documents import DateDocument, EvidenceDocument
from app.build.common.faults import Fault
from app.build.reader import CampaignSeeds, Seeds
from app.build.validate.references import Place


def check_dates(seeds: Seeds) -> Iterator[Fault]:
    """Find what begins after the last day on which a source that tells of it can have been published."""
    for seeded in seeds.campaigns:
        published = {source.id: source.published.period().end for source in seeded.sources.sources}
        for document, evidence, place in _dated(seeded):
            start = document.period().start
            for source in sorted({item.source for item in evidence}):
                end = published.get(source)
                if start is not None and end is not None and start > end:
                    yield place.fault(_message(start, source, end))


def _message(start: date, source: str, end: date) -> str:
    return f"begins on {start}, and {source!r} was published by {end}; what is to come is a plan"


def _dated(seeded: CampaignSeeds) -> Iterator[tuple[DateDocument, Iterable[EvidenceDocument], Place]]:
    campaign = seeded.campaign
    place = Place(seeded.yaml["campaign"], ("reporting_period", "when"))
    yield campaign.reporting_period, campaign.reporting_period.evidence or campaign.evidence, place
    for index, event in enumerate(seeded.events.events):
        place = Place(seeded.yaml["events"], ("events", index, "date", "when"))
        yield event.date, event.date.evidence or event.evidence, place
