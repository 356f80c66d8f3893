"""What is stored: columns and keys, no behaviour. Importing this package defines all tables.

Every table of records is numbered at build in the order in which its list is shown by default, so a page is a
range of numbers. Whatever a list is sorted by is NOT NULL, since databases differ in where NULL goes.
What no question asks about stands in no column, but in what is published.
"""

from app.tables.campaign import CampaignRow, OrganisationRow, PillarRow
from app.tables.event import LONGEST_SPAN, EventLocationRow, EventOrganiserRow, EventRow, EventWithinRow
from app.tables.location import LocationAncestorRow, LocationCampaignRow, LocationRow
from app.tables.outcome import OutcomeEventRow, OutcomeRow
from app.tables.search import SEARCH_INDEX, SEARCH_TABLES, SearchAlphabetRow, SearchDocumentRow
from app.tables.snapshot import (
    ANY_LANGUAGE,
    DIGEST,
    EVIDENCE,
    LOCATIONS,
    OUTCOMES,
    PARTS,
    RECORD,
    SUMMARY,
    TRANSLATIONS,
    IdentifierRow,
    PublishedRow,
    SnapshotRow,
    TitleRow,
)
from app.tables.source import SourceRow

__all__ = [
    "ANY_LANGUAGE",
    "DIGEST",
    "EVIDENCE",
    "LOCATIONS",
    "LONGEST_SPAN",
    "OUTCOMES",
    "PARTS",
    "RECORD",
    "SEARCH_INDEX",
    "SEARCH_TABLES",
    "SUMMARY",
    "TRANSLATIONS",
    "CampaignRow",
    "EventLocationRow",
    "EventOrganiserRow",
    "EventRow",
    "EventWithinRow",
    "IdentifierRow",
    "LocationAncestorRow",
    "LocationCampaignRow",
    "LocationRow",
    "OrganisationRow",
    "OutcomeEventRow",
    "OutcomeRow",
    "PillarRow",
    "PublishedRow",
    "SearchAlphabetRow",
    "SearchDocumentRow",
    "SnapshotRow",
    "SourceRow",
    "TitleRow",
]
