"""The public schema of outcomes: figures and claims."""

from enum import StrEnum

from pydantic import Field

from app.model.codes import Basis, OutcomeKind, Qualifier, ScopeLevel
from app.model.envelopes import ListEnvelope, RecordEnvelope
from app.model.schemas import EvidencePart, Id, Note, Number, PublicModel, TranslationsPart, parts_at_the_end


class OutcomePart(StrEnum):
    """What `include` can add to an outcome."""

    EVIDENCE = "evidence"
    TRANSLATIONS = "translations"


class OutcomeScope(PublicModel):
    """What the outcome belongs to."""

    level: ScopeLevel = Field(description="`campaign`, `pillar` or `event`.", examples=["event"])
    id: Id
    name: str = Field(description="The name or title of that record.", examples=["集中表獎儀式"])


class OutcomeRecord(PublicModel):
    """An outcome: a figure or a claim of the source, never summed or converted."""

    id: Id
    campaign: str = Field(description="The campaign's id.", examples=["tianshui"])
    pillar: str | None = Field(description="The id of its pillar, or of its event's pillar.")
    scope: OutcomeScope = Field(description="What it belongs to: the campaign, a pillar or an event.")
    events: list[str] = Field(
        description="The ids of the events that the source credits with it: its own, or several of a pillar."
    )
    kind: OutcomeKind = Field(description="`quantitative`, a figure, or `qualitative`, a claim.")
    metric: str = Field(description="What is measured, a stable code.", examples=["works_created"])
    label: str = Field(description="What is measured or claimed.", examples=["書法、美術、攝影和文學作品"])
    value: Number | None = Field(description="The figure; null if the source gives none.", examples=[412])
    qualifier: Qualifier | None = Field(
        description="`exact`, `at_least` or `about`; null with `value`.", examples=["exact"]
    )
    unit: str | None = Field(description="What is counted, a stable code; null with `value`.", examples=["work"])
    unit_name: str | None = Field(description="The unit's name.", examples=["件"])
    as_stated: str | None = Field(description="The figure as printed; null if it is not.", examples=["412件"])
    basis: Basis = Field(
        description=(
            "`stated`, `derived` by the editors (`note` says how), or `not_given`, for a figure that the source does "
            "not give."
        ),
        examples=["stated"],
    )
    note: Note
    evidence: EvidencePart
    translations: TranslationsPart


PARTS = parts_at_the_end(OutcomeRecord, OutcomePart)
"""The parts that `include` adds, in the order of the record's last fields."""


class OutcomeListResponse(ListEnvelope[OutcomeRecord]):
    """A page of outcomes."""


class OutcomeResponse(RecordEnvelope[OutcomeRecord]):
    """One outcome."""
