"""What is stored: columns and keys, no behaviour. Importing this package defines all tables.

Every table of records is numbered at build in the order in which its list is shown by default, so a page is a
range of numbers. Whatever a list is sorted by is NOT NULL, since databases differ in where NULL goes.
Localised texts and parts that no query asks about are JSON, in the shapes that `app.languages` and
`app.published` know.
"""

from app.tables.campaign import CampaignRow, OrganisationRow, PillarRow
from app.tables.event import EventLocationRow, EventOrganiserRow, EventRow
from app.tables.location import LocationAncestorRow, LocationCampaignRow, LocationRow
from app.tables.outcome import OutcomeEventRow, OutcomeRow
from app.tables.search import SEARCH_INDEX, SEARCH_TABLES, SearchAlphabetRow, SearchDocumentRow
from app.tables.snapshot import ANY_LANGUAGE, DIGEST, RECORD, SUMMARY, IdentifierRow, PublishedRow, SnapshotRow
from app.tables.source import SourceRow

__all__ = [
    "ANY_LANGUAGE",
    "DIGEST",
    "RECORD",
    "SEARCH_INDEX",
    "SEARCH_TABLES",
    "SUMMARY",
    "CampaignRow",
    "EventLocationRow",
    "EventOrganiserRow",
    "EventRow",
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
]
