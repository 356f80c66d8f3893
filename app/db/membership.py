"""Which records belong to a campaign: what an app that works offline takes with it."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from app.model.codes import Resource
from app.resources.campaigns.table import CampaignRow
from app.resources.events.table import EventRow
from app.resources.locations.table import LocationAncestorRow, LocationCampaignRow, LocationRow
from app.resources.outcomes.table import OutcomeRow
from app.resources.sources.table import SourceRow

Members = dict[Resource, tuple[Any, ColumnElement[bool]]]


def members_of(campaign: Any) -> Members:
    """Say of each kind of record which are a campaign's: the table, and the condition that they meet.

    `campaign` is its id, or the parameter that has it.
    Its places are those that its sources speak of and all that these lie in.
    """
    spoken_of = (
        select(col(LocationAncestorRow.ancestor))
        .join(LocationCampaignRow, col(LocationCampaignRow.location) == col(LocationAncestorRow.location))
        .where(col(LocationCampaignRow.campaign) == campaign)
    )
    return {
        Resource.CAMPAIGN: (CampaignRow, col(CampaignRow.id) == campaign),
        Resource.SOURCE: (SourceRow, col(SourceRow.campaign) == campaign),
        Resource.LOCATION: (LocationRow, col(LocationRow.id).in_(spoken_of)),
        Resource.EVENT: (EventRow, col(EventRow.campaign) == campaign),
        Resource.OUTCOME: (OutcomeRow, col(OutcomeRow.campaign) == campaign),
    }
