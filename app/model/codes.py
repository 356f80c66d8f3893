"""The codes of the service, which clients filter by and store; a code never changes its meaning.

A new code is one line here, and its name and its meaning in each file of app/locales.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from app.languages import Language, localised


class Code(StrEnum):
    """A code whose members know their names and meanings in every language.

    Each file has them in the tables `codes.<class>` and `meanings.<class>`; /v1/terms publishes all.
    """

    _value_: str
    names: Mapping[Language, str]
    meanings: Mapping[Language, str]

    def __init_subclass__(cls) -> None:
        """Read the texts of a class of codes; raises LocaleError where a file lacks one or has another."""
        super().__init_subclass__()
        codes = [member.value for member in cls]
        for code, in_languages in localised(f"codes.{cls.__name__}", codes).items():
            cls(code).names = in_languages
        for code, in_languages in localised(f"meanings.{cls.__name__}", codes).items():
            cls(code).meanings = in_languages

    @classmethod
    def name_of(cls, code: str, language: Language) -> str:
        """Return the name of a code in a language."""
        return cls(code).names[language]


@cache
def names_in(codes: type[Code], language: Language) -> Mapping[str, str]:
    """Return the names of all codes of a class in a language, by code."""
    return {code.value: code.names[language] for code in codes}


def with_indefinite_article(noun: str) -> str:
    """Return an English noun with its indefinite article."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


class Resource(Code):
    """The resources: what has a URL of its own or an id of its own."""

    CAMPAIGN = "campaign"
    PILLAR = "pillar"
    EVENT = "event"
    LOCATION = "location"
    OUTCOME = "outcome"
    SOURCE = "source"
    ORGANISATION = "organisation"


ADDRESSED_RESOURCES = (Resource.CAMPAIGN, Resource.EVENT, Resource.LOCATION, Resource.OUTCOME, Resource.SOURCE)
"""The resources that have a URL of their own."""

RESOURCES: Mapping[str, Resource] = {kind.value: kind for kind in Resource}
"""The resources by code; type checkers take `Resource(code)` for the definition of an enum."""


class Basis(Code):
    """How a fact is known."""

    STATED = "stated"
    DERIVED = "derived"
    NOT_GIVEN = "not_given"


class LinkBasis(Code):
    """How a link between two records is known."""

    STATED = "stated"
    DERIVED = "derived"


class EventKind(Code):
    """The kind of an event."""

    EVENT = "event"
    SERIES = "series"
    INITIATIVE = "initiative"
    COMPONENT = "component"


class EventCategory(Code):
    """The category of an event."""

    AWARD_CEREMONY = "award_ceremony"
    AWARD_CONFERRAL = "award_conferral"
    COMPETITION = "competition"
    CREATIVE_PROGRAMME = "creative_programme"
    CULTURE_SPORTS_SERIES = "culture_sports_series"
    EXHIBITION = "exhibition"
    LECTURE = "lecture"
    MEDIA_VISIT = "media_visit"
    ONLINE_COLUMN = "online_column"
    OPEN_DAY = "open_day"
    PERFORMANCE = "performance"
    PRACTICE_SERIES = "practice_series"
    SHARING_SESSION = "sharing_session"
    SITE_STUDY = "site_study"
    SYMPOSIUM = "symposium"
    TRAINING = "training"
    WELCOME_CEREMONY = "welcome_ceremony"


class DatePrecision(Code):
    """How exactly a date is known; `start` and `end` are the first and last possible day."""

    DAY = "day"
    RANGE = "range"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    UNKNOWN = "unknown"


KNOWN_TO_THE_DAY = (DatePrecision.DAY, DatePrecision.RANGE)
"""The precisions at which the first and last possible day are the first and last day."""


class DateRelation(Code):
    """The order in time of an undated event and another."""

    BEFORE = "before"
    CONCURRENT = "concurrent"
    AFTER = "after"


class LocationKind(Code):
    """The kind of a location."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    DISTRICT = "district"
    TOWN = "town"
    VILLAGE = "village"
    OFFICE = "office"
    EDUCATION_BASE = "education_base"
    EXHIBITION_HALL = "exhibition_hall"
    MEMORIAL = "memorial"
    VENUE = "venue"


COUNTY_KINDS = (LocationKind.COUNTY, LocationKind.DISTRICT)
"""The kinds of the places that `county` counts by."""


class AdminCodeScheme(Code):
    """The schemes of the codes of administrative divisions."""

    GB_T_2260 = "GB/T 2260"
    NBS = "NBS"


class CoordinatePrecision(Code):
    """What the coordinates of a location are the point of."""

    EXACT = "exact"
    STREET = "street"
    NEIGHBOURHOOD = "neighbourhood"
    TOWN_CENTROID = "town_centroid"
    COUNTY_SEAT = "county_seat"
    CITY = "city"


class Confidence(Code):
    """How certain the editors are of coordinates."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class LocationRole(Code):
    """The role of a location in an event."""

    VENUE = "venue"
    VISITED_SITE = "visited_site"
    REPORTING_DESTINATION = "reporting_destination"
    COVERAGE_AREA = "coverage_area"


class OrganiserRole(Code):
    """The role of an organiser in an event."""

    ORGANISER = "organiser"
    JOINT = "joint"


class ParticipantRole(Code):
    """The role of a group of participants in an event."""

    AUDIENCE = "audience"
    CREATOR = "creator"
    DISCUSSANT = "discussant"
    HONOUREE = "honouree"
    INVITEE = "invitee"
    LEADER = "leader"
    LECTURER = "lecturer"
    PARTICIPANT = "participant"
    RECIPIENT = "recipient"
    STORYTELLER = "storyteller"
    SUBJECT = "subject"
    VISITOR = "visitor"
    WELCOMED = "welcomed"


class ParticipantUnit(Code):
    """What the number of a group of participants counts."""

    PERSON = "person"
    COLLECTIVE = "collective"


class OrganisationKind(Code):
    """The kind of an organisation."""

    NATIONAL_AUTHORITY = "national_authority"
    PROVINCIAL_AUTHORITY = "provincial_authority"
    MUNICIPAL_BUREAU = "municipal_bureau"
    COUNTY_BUREAU = "county_bureau"
    PARTY_COMMISSION = "party_commission"
    PARTY_COMMITTEE = "party_committee"
    ASSOCIATION = "association"
    MEDIA_CHANNEL = "media_channel"
    GROUP = "group"


class OutcomeKind(Code):
    """The kind of an outcome."""

    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"


class ScopeLevel(Code):
    """What an outcome belongs to."""

    CAMPAIGN = "campaign"
    PILLAR = "pillar"
    EVENT = "event"


class Qualifier(Code):
    """How exact a figure is."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    ABOUT = "about"


class SentenceKind(Code):
    """The function of a sentence in its source."""

    LEAD = "lead"
    HEADING = "heading"
    BODY = "body"
    NEXT_STEPS = "next_steps"
    FOOTER = "footer"
