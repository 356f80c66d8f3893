"""The campaign document of a generated campaign: pillars, strands, programmes and organisations."""

from datetime import date

from pydantic import HttpUrl

from app.build.common.documents import DateDocument, Evidence
from app.model.codes import Basis, LinkBasis, LocationKind, OrganisationKind, ScopeLevel
from app.resources.campaigns.document import (
    CampaignDocument,
    LicenceDocument,
    OrganisationDocument,
    PillarDocument,
    ProgrammeDocument,
    RevisionDocument,
    ScopeDocument,
    StrandDocument,
)
from app.resources.locations.document import PlacesDocument
from tests.languages import HANT
from tests.tools.generating.words import Words, editorial, of_text, printed

_PILLARS = (
    (
        Words("學習", "学习", "Study"),
        Words("請進來", "请进来", "Inviting in"),
        Words("走出去", "走出去", "Going out"),
    ),
    (
        Words("宣傳", "宣传", "Publicity"),
        Words("線上", "线上", "Online"),
        Words("線下", "线下", "On the ground"),
    ),
    (
        Words("服務", "服务", "Service"),
        Words("便民", "便民", "Making things easy"),
        Words("護民", "护民", "Keeping people safe"),
    ),
)
_PROGRAMMES = (
    Words("「百場宣講」", "“百场宣讲”", '"A Hundred Talks"'),
    Words("「千警進萬家」", "“千警进万家”", '"A Thousand Officers to Ten Thousand Homes"'),
)


def make_campaign(id_: str, name: Words, places: PlacesDocument, evidence: Evidence) -> CampaignDocument:
    """Return a campaign of the city of Tianshui; `evidence` is cited by all its parts."""
    return CampaignDocument(
        id=id_,
        source_language=HANT,
        name=printed(Words(f"「{name.zh_hant}」主題活動", f"“{name.zh_hans}”主题活动", f'"{name.en}" Campaign')),
        name_as_stated=name.zh_hant,
        short_name=printed(name),
        summary=editorial(
            Words(
                f"全市公安機關以「{name.zh_hant}」為題開展的活動。",
                f"全市公安机关以“{name.zh_hans}”为题开展的活动。",
                f'A campaign of the whole city\'s police under the title "{name.en}".',
            )
        ),
        area="tianshui",
        implementer=f"{id_}-bureau",
        deployed_by=(f"{id_}-department",),
        reporting_period=DateDocument(when="2019/2025", basis=Basis.STATED, as_stated="2019年至2025年"),
        pillars=tuple(_pillar(id_, number, evidence) for number in range(len(_PILLARS))),
        programmes=tuple(_programme(id_, number, evidence) for number in range(len(_PROGRAMMES))),
        organisations=tuple(_organisations(id_, places, evidence)),
        evidence=evidence,
        licence=LicenceDocument(
            id="CC0-1.0",
            url=HttpUrl("https://creativecommons.org/publicdomain/zero/1.0/"),
            attribution=editorial(Words("虛構的事實。", "虚构的事实。", "Invented facts.")),
            statement=editorial(
                Words(
                    "事實都是虛構的，以 CC0 1.0 釋出。", "事实都是虚构的，以 CC0 1.0 释出。", "Invented; under CC0 1.0."
                )
            ),
        ),
        revisions=(
            RevisionDocument(
                revised_on=date(2026, 1, 1),
                note=editorial(Words("首次發布。", "首次发布。", "First publication.")),
            ),
        ),
    )


def _pillar(campaign: str, number: int, evidence: Evidence) -> PillarDocument:
    name, *strands = _PILLARS[number]
    return PillarDocument(
        id=f"{campaign}-pillar-{number + 1}",
        name=printed(name),
        summary=editorial(
            Words(
                f"圍繞{name.zh_hant}的各項工作。",
                f"围绕{name.zh_hans}的各项工作。",
                f"All that was done for: {name.en}.",
            )
        ),
        strands=tuple(
            StrandDocument(id=f"{campaign}-s{2 * number + ordinal}", name=printed(strand), evidence=evidence)
            for ordinal, strand in enumerate(strands, start=1)
        ),
        evidence=evidence,
    )


def _programme(campaign: str, number: int, evidence: Evidence) -> ProgrammeDocument:
    return ProgrammeDocument(
        id=f"{campaign}-programme-{number + 1}",
        name=printed(_PROGRAMMES[number]),
        scope=ScopeDocument(level=ScopeLevel.CAMPAIGN, id=campaign),
        item_count=None,
        item_count_basis=Basis.NOT_GIVEN,
        items=None,
        note=editorial(
            Words("原文沒有列出各項內容。", "原文没有列出各项内容。", "The source does not list its items.")
        ),
        evidence=evidence,
    )


def _organisations(campaign: str, places: PlacesDocument, evidence: Evidence) -> list[OrganisationDocument]:
    def organisation(id_: str, kind: OrganisationKind, name: Words, parent: str | None) -> OrganisationDocument:
        return OrganisationDocument(
            id=f"{campaign}-{id_}",
            kind=kind,
            name=printed(name),
            parent=parent and f"{campaign}-{parent}",
            parent_basis=LinkBasis.STATED if parent else None,
            role=editorial(Words("參與這項活動", "参与这项活动", "Took part in the campaign")),
            evidence=evidence,
        )

    department = Words("省公安廳", "省公安厅", "Provincial Public Security Department")
    bureau = Words("天水市公安局", "天水市公安局", "Tianshui Municipal Public Security Bureau")
    channel = Words("「天水公安」新媒體", "“天水公安”新媒体", '"Tianshui Police" New Media')
    union = Words("公安文聯", "公安文联", "Public Security Federation of Literary and Art Circles")
    made = [
        organisation("department", OrganisationKind.PROVINCIAL_AUTHORITY, department, None),
        organisation("bureau", OrganisationKind.MUNICIPAL_BUREAU, bureau, "department"),
        organisation("channel", OrganisationKind.MEDIA_CHANNEL, channel, "bureau"),
        organisation("union", OrganisationKind.ASSOCIATION, union, "bureau"),
    ]
    for place in places.places:
        if place.kind in (LocationKind.COUNTY, LocationKind.DISTRICT):
            where = of_text(place.name)
            name = Words(f"{where.zh_hant}公安局", f"{where.zh_hans}公安局", f"Public Security Bureau of {where.en}")
            made.append(organisation(f"bureau-of-{place.id}", OrganisationKind.COUNTY_BUREAU, name, "bureau"))
    return made
