"""Generated outcomes: some of the campaign and its pillars, and one for every tenth event."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from app.build.common.documents import EvidenceDocument, PrintedText
from app.model.codes import Basis, OutcomeKind, Qualifier, ScopeLevel
from app.resources.campaigns.document import CampaignDocument, ScopeDocument
from app.resources.outcomes.document import OutcomeDocument, UnitDocument
from tests.tools.generating.events import Events
from tests.tools.generating.lazy_sequence import LazySequence
from tests.tools.generating.random_choice import pick, weighted
from tests.tools.generating.words import Words, editorial, printed

EVERY = 10
"""One event in this number has an outcome."""

_FIRST = 7
_APART = 500_000_000
"""The distance between the seeds of an event and of the outcome with the same index."""


class _Metric(NamedTuple):
    """A metric with its unit."""

    name: str
    label: PrintedText
    unit: UnitDocument
    measure: str


class Outcomes(LazySequence[OutcomeDocument]):
    """The outcomes of a campaign, its own and its pillars' first, as a lazy sequence."""

    def __init__(
        self, campaign: CampaignDocument, events: Events, pieces: Sequence[EvidenceDocument], seed: int
    ) -> None:
        """The `seed` of the campaign."""
        self._campaign = campaign
        self._events = events
        self._pieces = pieces
        self._seed = seed
        scopes = [ScopeDocument(level=ScopeLevel.CAMPAIGN, id=campaign.id)]
        scopes += [ScopeDocument(level=ScopeLevel.PILLAR, id=pillar.id) for pillar in campaign.pillars]
        self._wide = [(scope, metric) for scope in scopes for metric in _METRICS]
        super().__init__(len(self._wide) + len(range(_FIRST, len(events), EVERY)))

    def make(self, number: int) -> OutcomeDocument:
        """Return the outcome at an index."""
        rng = Random(self._seed + _APART + number)  # noqa: S311 - no secret
        if number < len(self._wide):
            scope, metric = self._wide[number]
            return self._figure(rng, number, scope, metric, 10_000)
        event = _FIRST + (number - len(self._wide)) * EVERY
        scope = ScopeDocument(level=ScopeLevel.EVENT, id=self._events.id_of(event))
        if rng.random() < 0.2:
            return self._claim(rng, number, scope)
        return self._figure(rng, number, scope, pick(rng, _METRICS), 500)

    def _figure(self, rng: Random, number: int, scope: ScopeDocument, metric: _Metric, most: int) -> OutcomeDocument:
        name, label, unit, measure = metric
        value = 1 + int(rng.random() * most)
        return OutcomeDocument(
            id=f"{self._campaign.id}-{name.replace('_', '-')}-{number + 1}",
            kind=OutcomeKind.QUANTITATIVE,
            metric=name,
            label=label,
            value=float(value),
            qualifier=pick(rng, _QUALIFIERS),
            unit=unit,
            as_stated=f"{value}{measure}",
            scope=scope,
            basis=Basis.STATED,
            evidence=(pick(rng, self._pieces),),
        )

    def _claim(self, rng: Random, number: int, scope: ScopeDocument) -> OutcomeDocument:
        return OutcomeDocument(
            id=f"{self._campaign.id}-claim-{number + 1}",
            kind=OutcomeKind.QUALITATIVE,
            metric="response",
            label=pick(rng, _CLAIMS),
            value=None,
            qualifier=None,
            unit=None,
            as_stated=None,
            scope=scope,
            basis=Basis.DERIVED,
            note=_PARAPHRASED,
            evidence=(pick(rng, self._pieces),),
        )


def _metric(name: str, label: Words, unit: str, measure: Words) -> _Metric:
    return _Metric(name, printed(label), UnitDocument(id=unit, name=printed(measure)), measure.zh_hant)


_METRICS = (
    _metric(
        "people_reached", Words("受教育群眾", "受教育群众", "People reached"), "person", Words("人", "人", "people")
    ),
    _metric("leaflets", Words("發放資料", "发放资料", "Leaflets handed out"), "copy", Words("份", "份", "copies")),
    _metric("talks_held", Words("舉辦宣講", "举办宣讲", "Talks held"), "session", Words("場", "场", "sessions")),
    _metric("suggestions", Words("收集意見", "收集意见", "Suggestions taken down"), "item", Words("條", "条", "items")),
)
_QUALIFIERS = weighted((8, Qualifier.EXACT), (1, Qualifier.AT_LEAST), (1, Qualifier.ABOUT))
_CLAIMS = tuple(
    printed(words)
    for words in (
        Words("受到群眾歡迎", "受到群众欢迎", "It was welcomed by the public"),
        Words("提高了安全意識", "提高了安全意识", "It made people more aware of safety"),
        Words("拉近了警民距離", "拉近了警民距离", "It brought police and people closer"),
    )
)
_PARAPHRASED = editorial(Words("由編者撮述。", "由编者撮述。", "Put in the editors' words."))
