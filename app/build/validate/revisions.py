"""Validates the dates of revisions: in order, after the sources were published, and not in the future."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from app.build.common.faults import Fault
from app.build.common.yaml_reader import Position
from app.build.reader import CampaignSeeds, Seeds
from app.resources.campaigns.document import RevisionDocument


def check_revisions(seeds: Seeds) -> Iterator[Fault]:
    """Find revisions that are out of order, or before the sources that they were made from."""
    for seeded in seeds.campaigns:
        published = _first_publication(seeded)
        previous: date | None = None
        for revision, place in _revisions(seeded):
            if previous is None and revision.events is not None:
                yield place.at("events").fault("the first revision concerns all events; leave it out")
            if previous is not None and revision.revised_on <= previous:
                message = f"{revision.revised_on} is not after the revision above ({previous}); add new ones at the end"
                yield place.at("revised_on").fault(message)
            if published is not None and revision.revised_on < published:
                message = f"{revision.revised_on} is before any source can have been published ({published})"
                yield place.at("revised_on").fault(message)
            previous = revision.revised_on


def check_not_in_future(seeds: Seeds) -> Iterator[Fault]:
    """Find revisions on a day that has begun nowhere on earth."""
    today = (datetime.now(UTC) + timedelta(hours=14)).date()
    for seeded in seeds.campaigns:
        for revision, place in _revisions(seeded):
            if revision.revised_on > today:
                yield place.at("revised_on").fault(f"{revision.revised_on} is in the future; write the day of release")


def _revisions(seeded: CampaignSeeds) -> Iterator[tuple[RevisionDocument, Position]]:
    for index, revision in enumerate(seeded.campaign.revisions):
        yield revision, Position(seeded.yaml["campaign"], ("revisions", index))


def _first_publication(seeded: CampaignSeeds) -> date | None:
    """Return the first day on which one of the sources can have been published; None if that is not known."""
    days = []
    for source in seeded.sources.sources:
        earliest = source.published if source.published.when is not None else source.not_before
        start = earliest.period().start if earliest is not None else None
        if start is None:
            return None
        days.append(start)
    return min(days)
