"""From the documents of outcomes to records and rows."""

from collections.abc import Sequence
from typing import NamedTuple

from app.build.common.importer import BuildContext, Importer, Job, Record, Rows, texts_at
from app.build.common.trees import evidence_of, tree
from app.languages import Language, StoredText, editorial_text
from app.model.codes import OutcomeKind, Resource, ScopeLevel
from app.resources.outcomes.document import OutcomeDocument
from app.resources.outcomes.schema import PARTS, OutcomeRecord
from app.resources.outcomes.table import OutcomeEventRow, OutcomeRow

METRIC, UNIT = "metric", "unit"
"""Kinds of ids that have no record of their own."""

_FIGURE = ("id", "label", "value", "qualifier", "unit", "unit_name", "as_stated")


class OutcomeLinks(NamedTuple):
    """What an outcome shows of its scope and its events."""

    pillar: str | None
    """The pillar that it is an outcome of, directly or through its event."""
    scope_name: StoredText
    events: Sequence[int]
    """The numbers of the events that it is credited to."""


def credited_events(outcome: OutcomeDocument) -> list[str]:
    """Return the ids of the events that the source credits with an outcome."""
    return [outcome.scope.id] if outcome.scope.level is ScopeLevel.EVENT else list(outcome.events)


def transform_outcome(job: Job, context: BuildContext) -> Record:
    """Transform an outcome; its links are OutcomeLinks."""
    document: OutcomeDocument = job.document
    links: OutcomeLinks = job.links
    language = context.language_of(job.campaign)
    details = tree(document, language)
    unit, value = details["unit"], document.value
    body = dict.fromkeys(_FIRST) | details
    body |= {
        "campaign": job.campaign,
        "pillar": links.pillar,
        "scope": details["scope"] | {"name": links.scope_name},
        "events": credited_events(document),
        "unit": unit and unit["id"],
        "unit_name": unit and unit["name"],
    }
    rows = Rows()
    evidence = evidence_of(document)
    rows.add(
        OutcomeRow,
        body,
        number=job.number,
        value_missing=value is None,
        value_order=value or 0.0,
        source_position=context.source_position(evidence[:1]),
    )
    for event in links.events:
        rows.add(OutcomeEventRow, event=event, outcome=job.number)
    rows.add_identifier(Resource.OUTCOME, document.id, language, number=job.number, campaign=job.campaign)
    quantity = document.kind is OutcomeKind.QUANTITATIVE and value is not None
    # The summary shows the figures of the whole campaign.
    is_shown = quantity and document.scope.level is ScopeLevel.CAMPAIGN
    figure = {name: body[name] for name in _FIGURE} if is_shown else None
    return Record(Resource.OUTCOME, job.number, details["label"], body, evidence, rows, figure)


class Measures:
    """The metrics and units of outcomes, with their names in facets."""

    def __init__(self) -> None:
        self._metrics: dict[str, tuple[StoredText, OutcomeKind]] = {}
        self._units: dict[str, StoredText] = {}

    def add(self, outcome: OutcomeDocument, language: Language) -> None:
        """Add the metric and unit of an outcome from a source in `language`.

        A metric is called by the label that its outcomes agree on, or else by the kind of the first; a unit keeps its
        first name.
        """
        label = outcome.label.stored(language)
        known, kind = self._metrics.setdefault(outcome.metric, (label, outcome.kind))
        if known["text"] != label["text"]:
            self._metrics[outcome.metric] = editorial_text(kind.names), kind
        if outcome.unit is not None and outcome.unit.id not in self._units:
            self._units[outcome.unit.id] = outcome.unit.name.stored(language)

    def rows(self, language: Language) -> Rows:
        """Return the rows of metrics and units; `language` is the one that campaigns share."""
        rows = Rows()
        for metric, (name, _) in sorted(self._metrics.items()):
            rows.add_identifier(METRIC, metric, language, name)
        for unit, name in sorted(self._units.items()):
            rows.add_identifier(UNIT, unit, language, name)
        return rows


_FIRST = ("id", "campaign", "pillar", "scope", "events", "kind", "metric", "value", "unit", "label")
"""The fields whose texts come first among the record's translations; the document's others follow in its order."""

OUTCOMES = Importer(
    resource=Resource.OUTCOME,
    schema=OutcomeRecord,
    parts=PARTS,
    table=OutcomeRow,
    transform=transform_outcome,
    view_texts=texts_at("label", "unit_name", "scope.name", "note"),
    view_omits=("value_missing", "value_order", "source_position"),
)
