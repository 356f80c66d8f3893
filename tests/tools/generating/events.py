"""Generated events, each made on access and independent of the number of events."""

from collections.abc import Sequence
from random import Random

from app.build.common.documents import DateDocument, EvidenceDocument, PrintedText
from app.model.codes import EventCategory, EventKind, LinkBasis, ParticipantRole, Qualifier
from app.resources.campaigns.document import CampaignDocument
from app.resources.events.document import (
    EventDocument,
    OrganiserDocument,
    ParticipantDocument,
    PartOfDocument,
    PurposeDocument,
    StrandLinkDocument,
)
from tests.tools.generating.dates import FIRST_DAY, make_date, make_range
from tests.tools.generating.lazy_sequence import LazySequence
from tests.tools.generating.random_choice import pick, weighted
from tests.tools.generating.scenes import Scene, Scenes
from tests.tools.generating.words import TOPICS, Words, editorial, invent_person, of_term, printed

GROUP = 25
"""The first event of each group of this size is a series; the next three are parts of it."""


class Events(LazySequence[EventDocument]):
    """The events of a campaign, as a lazy sequence."""

    def __init__(
        self,
        campaign: CampaignDocument,
        scenes: Scenes,
        pieces: Sequence[EvidenceDocument],
        count: int,
        seed: int,
    ) -> None:
        """The `seed` of the campaign; those of two campaigns must be a billion apart, so that their events differ."""
        super().__init__(count)
        self._campaign = campaign
        self._pieces = pieces
        self._seed = seed
        self._scenes = scenes
        self._pillars = [pillar.id for pillar in campaign.pillars]
        self._strands = {pillar.id: [strand.id for strand in pillar.strands] for pillar in campaign.pillars}
        self._programmes = [programme.id for programme in campaign.programmes]

    def id_of(self, number: int) -> str:
        """Return the id of the event at an index."""
        return f"{self._campaign.id}-event-{number + 1}"

    def make(self, number: int) -> EventDocument:
        """Return the event at an index."""
        rng = Random(self._seed + number)  # noqa: S311 - no secret
        scene = self._scenes.pick(rng)
        category = pick(rng, _CATEGORIES)
        topic = pick(rng, TOPICS)
        speaker = invent_person(rng)
        at = number % GROUP
        purpose = pick(rng, _PURPOSES)
        pillar = pick(rng, self._pillars) if rng.random() < 0.9 else None
        return EventDocument(
            id=self.id_of(number),
            kind=EventKind.SERIES if at == 0 else EventKind.COMPONENT if at < 3 else pick(rng, _KINDS),
            category=category,
            pillar=pillar,
            strand=self._strand(rng, pillar) if pillar else None,
            title=printed(_title(rng, scene.county, topic, _NAMES[category], speaker)),
            summary=editorial(_summary(rng, scene.place, topic, speaker)),
            purpose=PurposeDocument(text=purpose, evidence=self._evidence(rng)) if purpose else None,
            date=self._date(rng, number),
            organisers=_organisers(rng, scene),
            participants=tuple(self._participants(rng)),
            locations=scene.links,
            locations_complete=scene.complete,
            locations_note=scene.note,
            forms=pick(rng, _FORMS),
            forms_complete=None,
            series_count=2 + int(rng.random() * 60) if at == 0 else None,
            series_count_qualifier=Qualifier.EXACT if at == 0 else None,
            part_of=self._part_of(number),
            programme=pick(rng, self._programmes) if rng.random() < 0.1 else None,
            channel=f"{self._campaign.id}-channel" if scene.online else None,
            online=scene.online,
            note=pick(rng, _NOTES),
            evidence=self._evidence(rng),
        )

    def _strand(self, rng: Random, pillar: str) -> StrandLinkDocument | None:
        place, link = pick(rng, _STRANDS)
        return link and link.model_copy(update={"id": self._strands[pillar][place]})

    def _evidence(self, rng: Random) -> tuple[EvidenceDocument, ...]:
        first = int(rng.random() * (len(self._pieces) - 1))
        return tuple(self._pieces[first : first + (2 if rng.random() < 0.3 else 1)])

    def _date(self, rng: Random, number: int) -> DateDocument:
        if number % GROUP == 0:
            day = FIRST_DAY.replace(year=FIRST_DAY.year + int(rng.random() * 7), month=1 + int(rng.random() * 12))
            return make_range(day, 14 + int(rng.random() * 60))
        return make_date(rng, self.id_of(number - 1))

    def _participants(self, rng: Random) -> list[ParticipantDocument]:
        first = int(rng.random() * len(_GROUPS))
        return [
            self._participant(rng, group, name, role)
            for group, name, role in _GROUPS[first : first + pick(rng, (0, 1, 1, 2))]
        ]

    def _participant(self, rng: Random, group: str, name: PrintedText, role: ParticipantRole) -> ParticipantDocument:
        count = 3 + int(rng.random() * 300) if rng.random() < 0.5 else None
        return ParticipantDocument(
            group=group,
            name=name,
            role=role,
            count=count,
            count_qualifier=None if count is None else (Qualifier.AT_LEAST if count % 10 == 0 else Qualifier.EXACT),
            evidence=self._evidence(rng),
        )

    def _part_of(self, number: int) -> PartOfDocument | None:
        match number % GROUP:
            case 1 | 2:
                return PartOfDocument(event=self.id_of(number - number % GROUP), basis=LinkBasis.STATED)
            case 3:
                whole = self.id_of(number - number % GROUP)
                return PartOfDocument(event=whole, basis=LinkBasis.DERIVED, note=_BY_CONTENT)
            case _:
                return None


def _title(rng: Random, county: Words, topic: Words, category: Words, speaker: Words) -> Words:
    form = rng.random()
    if form < 0.8:
        return Words(
            f"{county.zh_hant}公安{topic.zh_hant}{category.zh_hant}：{speaker.zh_hant}主講",
            f"{county.zh_hans}公安{topic.zh_hans}{category.zh_hans}：{speaker.zh_hans}主讲",
            f"{topic.en}: {category.en.capitalize()} of the {county.en} Police, Led by {speaker.en}",
        )
    if form < 0.9:
        return Words(
            f"{county.zh_hant}公安機關「{topic.zh_hant}」{category.zh_hant}",
            f"{county.zh_hans}公安机关“{topic.zh_hans}”{category.zh_hans}",
            f'"{topic.en}": {category.en.capitalize()} of the Police Organs of {county.en}',
        )
    return Words(
        f"{county.zh_hant}「{topic.zh_hant}」{category.zh_hant}",
        f"{county.zh_hans}“{topic.zh_hans}”{category.zh_hans}",
        f'"{topic.en}": {category.en.capitalize()} in {county.en}',
    )


def _summary(rng: Random, place: Words, topic: Words, speaker: Words) -> Words:
    people, remarks = 12 + int(rng.random() * 480), 1 + int(rng.random() * 40)
    if rng.random() < 0.6:
        return Words(
            f"在{place.zh_hant}，{speaker.zh_hant}以「{topic.zh_hant}」為題，結合身邊事例向{people}人講解，並當場回答了{remarks}個問題。",
            f"在{place.zh_hans}，{speaker.zh_hans}以“{topic.zh_hans}”为题，结合身边事例向{people}人讲解，并当场回答了{remarks}个问题。",
            f'At {place.en}, {speaker.en} spoke on "{topic.en}" to {people} people with examples from their own lives, '
            f"and answered {remarks} questions on the spot.",
        )
    return Words(
        f"民警走進{place.zh_hant}，圍繞「{topic.zh_hant}」設點宣傳，發放資料{people}份，收集意見{remarks}條。",
        f"民警走进{place.zh_hans}，围绕“{topic.zh_hans}”设点宣传，发放资料{people}份，收集意见{remarks}条。",
        f'Officers went to {place.en} and set up a stand on "{topic.en}", handed out {people} leaflets and took down '
        f"{remarks} suggestions.",
    )


def _organisers(rng: Random, scene: Scene) -> tuple[OrganiserDocument, ...]:
    organiser, derived, joint = scene.organisers
    form = rng.random()
    return (organiser, joint) if form < 0.1 else (derived,) if form < 0.22 else () if form < 0.25 else (organiser,)


_NAMES = {category: of_term(category) for category in EventCategory}
_KINDS = weighted((19, EventKind.EVENT), (1, EventKind.INITIATIVE))
# Without the conferral of awards: its Chinese name has a word that only one topic may have.
_CATEGORIES = weighted(
    (5, EventCategory.AWARD_CEREMONY),
    (5, EventCategory.COMPETITION),
    (4, EventCategory.CREATIVE_PROGRAMME),
    (8, EventCategory.CULTURE_SPORTS_SERIES),
    (5, EventCategory.EXHIBITION),
    (18, EventCategory.LECTURE),
    (4, EventCategory.MEDIA_VISIT),
    (3, EventCategory.ONLINE_COLUMN),
    (8, EventCategory.OPEN_DAY),
    (5, EventCategory.PERFORMANCE),
    (10, EventCategory.PRACTICE_SERIES),
    (7, EventCategory.SHARING_SESSION),
    (6, EventCategory.SITE_STUDY),
    (5, EventCategory.SYMPOSIUM),
    (6, EventCategory.TRAINING),
    (1, EventCategory.WELCOME_CEREMONY),
)
_BY_CONTENT = editorial(Words("按內容和先後歸入。", "按内容和先后归入。", "By content and order."))
_STRANDS: Sequence[tuple[int, StrandLinkDocument | None]] = weighted(
    (3, (0, StrandLinkDocument(id="strand", basis=LinkBasis.STATED))),
    (2, (1, StrandLinkDocument(id="strand", basis=LinkBasis.DERIVED, note=_BY_CONTENT))),
    (1, (0, None)),
)
"""The strands of events, each with its place in the pillar."""
_PURPOSES = weighted(
    (
        1,
        editorial(
            Words("讓群眾知道怎樣保護自己", "让群众知道怎样保护自己", "To let people know how to protect themselves")
        ),
    ),
    (1, editorial(Words("拉近警民之間的距離", "拉近警民之间的距离", "To bring police and people closer"))),
    (
        1,
        editorial(
            Words("把好傳統傳給年輕民警", "把好传统传给年轻民警", "To hand good traditions on to young officers")
        ),
    ),
    (7, None),
)
_FORMS = weighted(
    (2, (printed(Words("現場講解", "现场讲解", "Explanations on the spot")),)),
    (
        1,
        (
            printed(Words("圖片展示", "图片展示", "Pictures on show")),
            printed(Words("有獎問答", "有奖问答", "A quiz with prizes")),
        ),
    ),
    (7, ()),
)
_NOTES = weighted(
    (
        1,
        editorial(
            Words(
                "原文兩處所記略有出入，從後一處。",
                "原文两处所记略有出入，从后一处。",
                "The source tells it twice with small differences; the later is followed.",
            )
        ),
    ),
    (
        1,
        editorial(
            Words(
                "原文沒有說明是否計入全活動的總數。",
                "原文没有说明是否计入全活动的总数。",
                "The source does not say whether it is among the total.",
            )
        ),
    ),
    (18, None),
)
_GROUPS = tuple(
    (group, printed(name), role)
    for group, name, role in (
        ("officers", Words("民輔警", "民辅警", "police officers and auxiliary officers"), ParticipantRole.PARTICIPANT),
        ("pupils", Words("師生代表", "师生代表", "teachers and pupils"), ParticipantRole.AUDIENCE),
        ("villagers", Words("村民", "村民", "villagers"), ParticipantRole.AUDIENCE),
        ("veterans", Words("退休民警", "退休民警", "retired officers"), ParticipantRole.STORYTELLER),
        ("journalists", Words("媒體記者", "媒体记者", "journalists"), ParticipantRole.INVITEE),
        ("volunteers", Words("志願者", "志愿者", "volunteers"), ParticipantRole.PARTICIPANT),
        ("model-officers", Words("先進個人", "先进个人", "officers of merit"), ParticipantRole.HONOUREE),
        ("historians", Words("史學專家", "史学专家", "historians"), ParticipantRole.LECTURER),
    )
)
