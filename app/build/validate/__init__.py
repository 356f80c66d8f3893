"""Validation across documents, one module a subject."""

from itertools import chain, islice

from app.build.common.faults import MAX_FAULTS, Fault
from app.build.reader import Seeds
from app.build.validate.evidence import check_evidence
from app.build.validate.geography import check_geography
from app.build.validate.order import check_order
from app.build.validate.references import check_references
from app.build.validate.revisions import check_revisions


def check(seeds: Seeds) -> list[Fault]:
    """Return the faults between documents that are each valid, at most MAX_FAULTS, in the order of the files."""
    found = chain(
        *(check_references(seeds), check_order(seeds), check_geography(seeds)),
        *(check_evidence(seeds), check_revisions(seeds)),
    )
    return sorted(set(islice(found, MAX_FAULTS)))
