"""Every stored table; importing this module defines them all."""

from app.fulltext.table import SEARCH_TABLES, SearchAlphabetRow, SearchDocumentRow
from app.model.tables import DatabaseRow, IdentifierRow, RenderedRow, TitleRow
from app.resources.campaigns.table import CampaignRow, OrganisationRow, PillarRow
from app.resources.events.table import EventLocationRow, EventOrganiserRow, EventRow, EventWithinRow
from app.resources.locations.table import LocationAncestorRow, LocationCampaignRow, LocationRow
from app.resources.outcomes.table import OutcomeEventRow, OutcomeRow
from app.resources.sources.table import SourceRow

TABLES = (
    DatabaseRow,
    IdentifierRow,
    RenderedRow,
    TitleRow,
    CampaignRow,
    PillarRow,
    OrganisationRow,
    SourceRow,
    LocationRow,
    LocationAncestorRow,
    LocationCampaignRow,
    EventRow,
    EventLocationRow,
    EventWithinRow,
    EventOrganiserRow,
    OutcomeRow,
    OutcomeEventRow,
    SearchAlphabetRow,
    SearchDocumentRow,
)
"""The tables, each after those that it refers to."""

__all__ = ["SEARCH_TABLES", "TABLES"]
