"""`outcomes.yaml`: what came of it."""

from typing import Annotated

from pydantic import Field

from app.build.common.documents import Document, Evidence, Printed, PrintedText, RefersTo, Slug, Text
from app.build.common.numerals import printed_numbers
from app.model.codes import Basis, OutcomeKind, Qualifier, Resource, ScopeLevel
from app.resources.campaigns.document import ScopeDocument


class UnitDocument(Document):
    """What a figure counts."""

    id: Slug = Field(description="The unit's code, a singular noun: activity, person, work.")
    name: PrintedText = Field(description="The measure word as the source uses it.")


class OutcomeDocument(Document):
    """A figure or a claim."""

    defines = Resource.OUTCOME
    id: Slug
    kind: OutcomeKind
    metric: str = Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60, description="What is measured.")
    label: PrintedText
    value: float | None = Field(allow_inf_nan=False, description="The figure; null where the source gives none.")
    qualifier: Qualifier | None
    unit: UnitDocument | None
    as_stated: Printed | None = Field(description="The figure as printed; null where it is not printed.")
    scope: ScopeDocument
    events: tuple[Annotated[Slug, RefersTo(Resource.EVENT, own=True)], ...] = Field(
        (), description="For a pillar's outcome: the events that the source credits."
    )
    basis: Basis = Field(description="stated, derived, or not_given for a figure that the source does not give.")
    note: Text | None = Field(None, description="What a reader must know; needed where it is derived or null.")
    evidence: Evidence

    def _fault(self) -> str | None:
        if self.kind is OutcomeKind.QUALITATIVE and (self.value is not None or self.unit is not None):
            return "a qualitative outcome has no value and no unit"
        if self.kind is OutcomeKind.QUANTITATIVE and self.value is None and self.note is None:
            return "a figure that is null needs a note"
        if (self.value is None) != (self.qualifier is None):
            return "qualifier and value go together"
        if self.value is not None and self.unit is None:
            return "a value needs its unit"
        is_missing = self.kind is OutcomeKind.QUANTITATIVE and self.value is None and self.as_stated is None
        if is_missing != (self.basis is Basis.NOT_GIVEN):
            return "basis must be not_given exactly for a figure of which nothing is printed"
        if self.basis is Basis.DERIVED and self.note is None:
            return "a derived outcome needs a note"
        if self.events and self.scope.level is ScopeLevel.EVENT:
            return "an outcome of an event lists no other events; leave `events` out"
        if self.value is not None and self.basis is Basis.STATED and self.as_stated is None:
            return "a stated figure needs as_stated"
        if self.value is not None and self.as_stated is not None and self.value not in printed_numbers(self.as_stated):
            return f"as_stated {self.as_stated!r} does not contain the value {self.value:g}"
        return None


class OutcomesDocument(Document):
    """The outcomes of a campaign."""

    outcomes: tuple[OutcomeDocument, ...]
