"""What can only be told by looking at several documents together; one module a subject."""

from itertools import chain, islice

from app.seeding.checks.dates import check_dates
from app.seeding.checks.evidence import check_evidence
from app.seeding.checks.geography import check_geography
from app.seeding.checks.order import check_order
from app.seeding.checks.references import check_references
from app.seeding.faults import MAX_FAULTS, Fault
from app.seeding.reading import Seeds


def check(seeds: Seeds) -> list[Fault]:
    """Find the faults of documents that are each valid by themselves, at most MAX_FAULTS, in the order of the files."""
    found = chain(
        check_references(seeds),
        check_order(seeds),
        check_dates(seeds),
        check_geography(seeds),
        check_evidence(seeds),
    )
    return sorted(set(islice(found, MAX_FAULTS)))
