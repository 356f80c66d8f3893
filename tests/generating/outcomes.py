"""Invented outcomes: some of the campaign and its pillars, and one for about every tenth event."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from app.build.common.documents import EvidenceDocument, PrintedText
from app.model.codes import LinkBasis, OutcomeKind, Qualifier, ScopeLevel
from app.resources.campaigns.document import CampaignDocument, ScopeDocument
from app.resources.outcomes.document import OutcomeDocument, UnitDocument
from tests.generating.chances import pick, weighted
from tests.generating.events import Events
from tests.generating.lazy import Made
from tests.generating.words import Words, printed, told

EVERY = 10
"""One event in so many has an outcome of its own."""

_FIRST = 7
_APART = 500_000_000
"""Between the seed of an event and that of an outcome of the same number."""


class _Metric(NamedTuple):
    """What a figure measures, and in what."""

    name: str
    label: PrintedText
    unit: UnitDocument
    measure: str


class Outcomes(Made[OutcomeDocument]):
    """The outcomes of a campaign: those of the whole and of its pillars first; a sequence that holds none of them."""

    def __init__(
        self, campaign: CampaignDocument, events: Events, pieces: Sequence[EvidenceDocument], seed: int
    ) -> None:
        """`seed` is the campaign's."""
        self._campaign = campaign
        self._events = events
        self._pieces = pieces
        self._seed = seed
        scopes = [ScopeDocument(level=ScopeLevel.CAMPAIGN, id=campaign.id)]
        scopes += [ScopeDocument(level=ScopeLevel.PILLAR, id=pillar.id) for pillar in campaign.pillars]
        self._wide = [(scope, metric) for scope in scopes for metric in _METRICS]
        super().__init__(len(self._wide) + len(range(_FIRST, len(events), EVERY)))

    def make(self, number: int) -> OutcomeDocument:
        """Make the outcome at a place of the sequence."""
        chance = Random(self._seed + _APART + number)  # noqa: S311 - no secret
        if number < len(self._wide):
            scope, metric = self._wide[number]
            return self._figure(chance, number, scope, metric, 10_000)
        event = _FIRST + (number - len(self._wide)) * EVERY
        scope = ScopeDocument(level=ScopeLevel.EVENT, id=self._events.id_of(event))
        if chance.random() < 0.2:
            return self._claim(chance, number, scope)
        return self._figure(chance, number, scope, pick(chance, _METRICS), 500)

    def _figure(self, chance: Random, number: int, scope: ScopeDocument, metric: _Metric, most: int) -> OutcomeDocument:
        name, label, unit, measure = metric
        value = 1 + int(chance.random() * most)
        return OutcomeDocument(
            id=f"{self._campaign.id}-{name.replace('_', '-')}-{number + 1}",
            kind=OutcomeKind.QUANTITATIVE,
            metric=name,
            label=label,
            value=float(value),
            qualifier=pick(chance, _QUALIFIERS),
            unit=unit,
            as_stated=f"{value}{measure}",
            scope=scope,
            basis=LinkBasis.STATED,
            evidence=(pick(chance, self._pieces),),
        )

    def _claim(self, chance: Random, number: int, scope: ScopeDocument) -> OutcomeDocument:
        return OutcomeDocument(
            id=f"{self._campaign.id}-claim-{number + 1}",
            kind=OutcomeKind.QUALITATIVE,
            metric="response",
            label=pick(chance, _CLAIMS),
            value=None,
            qualifier=None,
            unit=None,
            as_stated=None,
            scope=scope,
            basis=LinkBasis.DERIVED,
            note=_PARAPHRASED,
            evidence=(pick(chance, self._pieces),),
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
_PARAPHRASED = told(Words("由編者撮述。", "由编者撮述。", "Put in the editors' words."))
