"""What facets call metrics and units, which no record of their own stands for."""

from collections.abc import Iterator

from app.languages import Language, Text, editorial_text
from app.model.codes import OutcomeKind
from app.resources.outcomes.document import OutcomeDocument

GAZETTEER_LANGUAGE = Language.ZH_HANT
"""The language that the names of shared places were first written in."""

METRIC, UNIT = "metric", "unit"
"""Kinds of id that no record of its own stands for."""


class Measures:
    """The metrics and units of the outcomes that it was told of, with their names."""

    def __init__(self) -> None:
        self._labels: dict[str, Text | None] = {}
        self._kinds: dict[str, OutcomeKind] = {}
        self._units: dict[str, Text] = {}

    def add(self, outcome: OutcomeDocument, language: Language) -> None:
        """Take note of an outcome from a source in `language`; of several names the first is kept."""
        label = outcome.label.stored(language)
        known = self._labels.setdefault(outcome.metric, label)
        self._kinds.setdefault(outcome.metric, outcome.kind)
        if known is not None and known["text"] != label["text"]:
            self._labels[outcome.metric] = None
        if outcome.unit is not None and outcome.unit.id not in self._units:
            self._units[outcome.unit.id] = outcome.unit.name.stored(language)

    def names(self) -> Iterator[tuple[str, str, Text]]:
        """Give each metric and unit as its kind, id and name.

        A metric is called by the label that its outcomes agree on, and else by what sort of outcome they are.
        """
        for metric, label in sorted(self._labels.items()):
            yield METRIC, metric, label or editorial_text(self._kinds[metric].names)
        for unit, name in sorted(self._units.items()):
            yield UNIT, unit, name
