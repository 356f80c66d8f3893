"""Codes of requests and of problems, and the vocabularies of all codes."""

from app.model.codes import Code


class PartName(Code):
    """The parts that `include` adds to records of any list."""

    EVIDENCE = "evidence"
    TRANSLATIONS = "translations"
    OUTCOMES = "outcomes"
    LOCATIONS = "locations"


class FacetName(Code):
    """The facets of any list; each is named for the parameter that filters by the same value."""

    CAMPAIGN = "campaign"
    PILLAR = "pillar"
    STRAND = "strand"
    CATEGORY = "category"
    KIND = "kind"
    ORGANISER = "organiser"
    LOCATION = "location"
    COUNTY = "county"
    MONTH = "month"
    SCOPE = "scope"
    METRIC = "metric"
    UNIT = "unit"
    PARENT = "parent"


class SortName(Code):
    """The sort keys of any list."""

    DATE = "date"
    TITLE = "title"
    NAME = "name"
    CATEGORY = "category"
    KIND = "kind"
    METRIC = "metric"
    VALUE = "value"
    SOURCE = "source"
    ID = "id"
    RELEVANCE = "relevance"


class ErrorCode(Code):
    """The codes of errors in parameters."""

    BAD_BBOX = "bad_bbox"
    BAD_ENCODING = "bad_encoding"
    BAD_FORM = "bad_form"
    CONFLICT = "conflict"
    CURSOR_OF_ANOTHER_QUERY = "cursor_of_another_query"
    EMPTY = "empty"
    INVALID_CURSOR = "invalid_cursor"
    MISSING = "missing"
    NO_SUCH_DATE = "no_such_date"
    NOT_SEARCHABLE = "not_searchable"
    NOTHING_TO_SEARCH = "nothing_to_search"
    OUT_OF_ORDER = "out_of_order"
    OUT_OF_RANGE = "out_of_range"
    OUTDATED_CURSOR = "outdated_cursor"
    REPEATED = "repeated"
    STRING_TOO_LONG = "string_too_long"
    TOO_MANY = "too_many"
    TOO_MANY_READINGS = "too_many_readings"
    TOO_MANY_RECORDS = "too_many_records"
    TOO_MANY_WORDS = "too_many_words"
    UNKNOWN_PARAMETER = "unknown_parameter"
    UNKNOWN_VALUE = "unknown_value"
    WITHOUT_EFFECT = "without_effect"


class ProblemType(Code):
    """The types of problems (RFC 9457)."""

    BLANK = "about:blank"
    INVALID_QUERY = "urn:campaign-api:invalid-query"


class Vocabulary(Code):
    """The vocabularies of /v1/terms: the names of the schemas of codes, and those of codes that the data define."""

    ADMIN_CODE_SCHEME = "AdminCodeScheme"
    BASIS = "Basis"
    CONFIDENCE = "Confidence"
    COORDINATE_PRECISION = "CoordinatePrecision"
    DATE_PRECISION = "DatePrecision"
    DATE_RELATION = "DateRelation"
    DATUM = "Datum"
    ERROR_CODE = "ErrorCode"
    EVENT_CATEGORY = "EventCategory"
    EVENT_KIND = "EventKind"
    FACET_NAME = "FacetName"
    LANGUAGE = "Language"
    LINK_BASIS = "LinkBasis"
    LINKED_BY = "LinkedBy"
    LOCATION_HAS = "LocationHas"
    LOCATION_KIND = "LocationKind"
    LOCATION_ROLE = "LocationRole"
    METRIC = "Metric"
    ORGANISATION_KIND = "OrganisationKind"
    ORGANISER_ROLE = "OrganiserRole"
    OUTCOME_KIND = "OutcomeKind"
    PART_NAME = "PartName"
    PARTICIPANT_ROLE = "ParticipantRole"
    PARTICIPANT_UNIT = "ParticipantUnit"
    POINT_LAYOUT = "PointLayout"
    PROBLEM_TYPE = "ProblemType"
    QUALIFIER = "Qualifier"
    RESOURCE = "Resource"
    SCOPE_LEVEL = "ScopeLevel"
    SENTENCE_KIND = "SentenceKind"
    SORT_NAME = "SortName"
    TEXT_ORIGIN = "TextOrigin"
    UNDATED = "Undated"
    UNIT = "Unit"
    VOCABULARY = "Vocabulary"
