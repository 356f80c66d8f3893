"""The controlled terms of the service, each a code with its name in every language.

A code is what clients filter by and store; it never changes its meaning. A new term is one line here.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from app.languages import Language, names


class Code(StrEnum):
    """A code that knows its own name in every language."""

    names: Mapping[Language, str]

    def __new__(cls, code: str, zh_hant: str, zh_hans: str, en: str) -> Self:
        """Make the code itself the value, so that JSON and SQL see a plain string."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.names = names(zh_hant, zh_hans, en)
        return member


def with_article(noun: str) -> str:
    """Put `a` or `an` before an English noun of these terms."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


class Resource(Code):
    """The kinds of record that have an address of their own or can be asked for by id."""

    CAMPAIGN = "campaign", "活動", "活动", "campaign"
    PILLAR = "pillar", "板塊", "板块", "pillar"
    EVENT = "event", "事件", "事件", "event"
    LOCATION = "location", "地點", "地点", "location"
    OUTCOME = "outcome", "成效", "成效", "outcome"
    SOURCE = "source", "來源", "来源", "source"
    ORGANISATION = "organisation", "機構", "机构", "organisation"


ADDRESSED_RESOURCES = (
    Resource.CAMPAIGN,
    Resource.EVENT,
    Resource.LOCATION,
    Resource.OUTCOME,
    Resource.SOURCE,
)
"""The kinds of record that have an address of their own."""

RESOURCES: Mapping[str, Resource] = {kind.value: kind for kind in Resource}
"""The kinds of record by their codes, for a type checker that takes a call for the making of a new one."""


class Basis(Code):
    """On what ground a fact stands."""

    STATED = "stated", "原文載明", "原文载明", "stated in the source"
    DERIVED = "derived", "編者推得", "编者推得", "derived by the editors, with the reason in the note"
    NOT_GIVEN = "not_given", "原文未載", "原文未载", "not given in the source"


class LinkBasis(Code):
    """On what ground a link between two records stands."""

    STATED = "stated", "原文載明", "原文载明", "stated in the source"
    DERIVED = "derived", "編者推得", "编者推得", "derived by the editors, with the reason in the note"


class EventKind(Code):
    """What sort of record an event is."""

    EVENT = "event", "單次活動", "单次活动", "a single event"
    SERIES = "series", "系列活動", "系列活动", "a series of events that the source reports together"
    INITIATIVE = "initiative", "專項工作", "专项工作", "work that went on over time"
    COMPONENT = "component", "活動環節", "活动环节", "a part of another event"


class EventCategory(Code):
    """What took place."""

    AWARD_CEREMONY = "award_ceremony", "表彰儀式", "表彰仪式", "award ceremony"
    AWARD_CONFERRAL = "award_conferral", "頒授紀念品", "颁授纪念品", "conferral of awards"
    COMPETITION = "competition", "比賽", "比赛", "competition"
    CREATIVE_PROGRAMME = "creative_programme", "文藝創作", "文艺创作", "creative programme"
    CULTURE_SPORTS_SERIES = "culture_sports_series", "文體活動", "文体活动", "cultural and sports activities"
    EXHIBITION = "exhibition", "展覽", "展览", "exhibition"
    LECTURE = "lecture", "講座", "讲座", "lecture"
    MEDIA_VISIT = "media_visit", "媒體採訪", "媒体采访", "media visit"
    ONLINE_COLUMN = "online_column", "網絡專欄", "网络专栏", "online column"
    OPEN_DAY = "open_day", "開放日", "开放日", "open day"
    PERFORMANCE = "performance", "演出", "演出", "performance"
    PRACTICE_SERIES = "practice_series", "實踐活動", "实践活动", "practice activities"
    SHARING_SESSION = "sharing_session", "分享會", "分享会", "sharing session"
    SITE_STUDY = "site_study", "現場學習", "现场学习", "study at historic sites"
    SYMPOSIUM = "symposium", "座談會", "座谈会", "symposium"
    TRAINING = "training", "培訓", "培训", "training"
    WELCOME_CEREMONY = "welcome_ceremony", "歡迎儀式", "欢迎仪式", "welcome ceremony"


class DatePrecision(Code):
    """How exactly a date is known; `start` and `end` are the first and last possible day."""

    DAY = "day", "日", "日", "one day"
    RANGE = "range", "起訖", "起讫", "a span of days, both ends known to the day"
    MONTH = "month", "月", "月", "some time in one or more whole months"
    SEASON = "season", "季", "季", "some time in a season: spring is March to May, and so on"
    YEAR = "year", "年", "年", "some time in one or more whole years"
    UNKNOWN = "unknown", "不詳", "不详", "not given"


class DateRelation(Code):
    """How an undated event stands in time to another."""

    BEFORE = "before", "之前", "之前", "before it"
    CONCURRENT = "concurrent", "同時", "同时", "at the same time"
    AFTER = "after", "之後", "之后", "after it"


class LocationKind(Code):
    """What sort of place a location is."""

    PROVINCE = "province", "省", "省", "province or region"
    CITY = "city", "市", "市", "prefecture-level city"
    COUNTY = "county", "縣", "县", "county or autonomous county"
    DISTRICT = "district", "區", "区", "urban district"
    TOWN = "town", "鄉鎮", "乡镇", "town, township or subdistrict"
    VILLAGE = "village", "村", "村", "village or community"
    OFFICE = "office", "機關", "机关", "office"
    EDUCATION_BASE = "education_base", "教育基地", "教育基地", "education base"
    EXHIBITION_HALL = "exhibition_hall", "陳列館", "陈列馆", "exhibition hall or museum"
    MEMORIAL = "memorial", "紀念館", "纪念馆", "memorial"
    VENUE = "venue", "場地", "场地", "venue"


class CoordinatePrecision(Code):
    """What the coordinates of a location point at."""

    EXACT = "exact", "確切位置", "确切位置", "the place itself"
    STREET = "street", "街道", "街道", "the street"
    NEIGHBOURHOOD = "neighbourhood", "街區", "街区", "the neighbourhood"
    TOWN_CENTROID = "town_centroid", "鄉鎮中心", "乡镇中心", "the centre of the town"
    COUNTY_SEAT = "county_seat", "縣區駐地", "县区驻地", "the seat of the county or district"
    CITY = "city", "市區", "市区", "the centre of the city"


class Confidence(Code):
    """How sure the editors are of coordinates."""

    HIGH = "high", "高", "高", "high"
    MEDIUM = "medium", "中", "中", "medium"
    LOW = "low", "低", "低", "low"


class LocationRole(Code):
    """What a location was to an event."""

    VENUE = "venue", "舉辦地", "举办地", "where it was held"
    VISITED_SITE = "visited_site", "到訪地", "到访地", "a site that was visited"
    REPORTING_DESTINATION = "reporting_destination", "採訪地", "采访地", "where journalists reported from"
    COVERAGE_AREA = "coverage_area", "開展範圍", "开展范围", "an area that it covered"


class OrganiserRole(Code):
    """What an organisation was to an event that it organised."""

    ORGANISER = "organiser", "主辦", "主办", "organiser"
    JOINT = "joint", "聯動", "联动", "took part in organising"


class ParticipantRole(Code):
    """What a group did at an event."""

    AUDIENCE = "audience", "對象", "对象", "those it was for"
    CREATOR = "creator", "創作者", "创作者", "creators"
    DISCUSSANT = "discussant", "座談者", "座谈者", "discussants"
    HONOUREE = "honouree", "受表彰者", "受表彰者", "honourees"
    INVITEE = "invitee", "受邀者", "受邀者", "invitees"
    LEADER = "leader", "帶隊者", "带队者", "those who led it"
    LECTURER = "lecturer", "主講者", "主讲者", "lecturers"
    PARTICIPANT = "participant", "參加者", "参加者", "participants"
    RECIPIENT = "recipient", "受頒者", "受颁者", "recipients"
    STORYTELLER = "storyteller", "講述者", "讲述者", "storytellers"
    SUBJECT = "subject", "報道對象", "报道对象", "those reported on"
    VISITOR = "visitor", "來訪者", "来访者", "visitors"


class OrganisationKind(Code):
    """What sort of organisation it is."""

    NATIONAL_AUTHORITY = "national_authority", "國家機關", "国家机关", "national authority"
    PROVINCIAL_AUTHORITY = "provincial_authority", "省級機關", "省级机关", "provincial authority"
    MUNICIPAL_BUREAU = "municipal_bureau", "市級機關", "市级机关", "municipal bureau"
    COUNTY_BUREAU = "county_bureau", "縣級機關", "县级机关", "county or district bureau"
    PARTY_COMMISSION = "party_commission", "黨委工作機關", "党委工作机关", "Party commission"
    PARTY_COMMITTEE = "party_committee", "黨委", "党委", "Party committee"
    ASSOCIATION = "association", "團體", "团体", "association"
    MEDIA_CHANNEL = "media_channel", "媒體", "媒体", "media channel"
    GROUP = "group", "群體", "群体", "several organisations that the source names together"


class OutcomeKind(Code):
    """What sort of outcome it is."""

    QUANTITATIVE = "quantitative", "數字", "数字", "a figure that can be counted"
    QUALITATIVE = "qualitative", "評價", "评价", "a claim that the source makes"


class ScopeLevel(Code):
    """What an outcome is an outcome of."""

    CAMPAIGN = "campaign", "整個活動", "整个活动", "the whole campaign"
    PILLAR = "pillar", "板塊", "板块", "one pillar"
    EVENT = "event", "單項", "单项", "one event"


class Qualifier(Code):
    """How exact a figure is."""

    EXACT = "exact", "確數", "确数", "exactly this"
    AT_LEAST = "at_least", "不少於", "不少于", "this or more"
    ABOUT = "about", "約數", "约数", "about this"


class SentenceKind(Code):
    """What a sentence is in its source."""

    LEAD = "lead", "導語", "导语", "lead"
    HEADING = "heading", "標題", "标题", "heading"
    BODY = "body", "正文", "正文", "body"
    NEXT_STEPS = "next_steps", "下一步", "下一步", "what is to come next"
    FOOTER = "footer", "頁腳", "页脚", "footer of the page"
