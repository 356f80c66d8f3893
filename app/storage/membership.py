"""Which records belong to a campaign: what an app that works offline takes with it."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from app.tables import (
    CampaignRow,
    EventRow,
    LocationAncestorRow,
    LocationCampaignRow,
    LocationRow,
    OutcomeRow,
    SourceRow,
)
from app.vocabulary import RecordKind

Members = dict[RecordKind, tuple[Any, ColumnElement[bool]]]


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
        RecordKind.CAMPAIGN: (CampaignRow, col(CampaignRow.id) == campaign),
        RecordKind.SOURCE: (SourceRow, col(SourceRow.campaign) == campaign),
        RecordKind.LOCATION: (LocationRow, col(LocationRow.id).in_(spoken_of)),
        RecordKind.EVENT: (EventRow, col(EventRow.campaign) == campaign),
        RecordKind.OUTCOME: (OutcomeRow, col(OutcomeRow.campaign) == campaign),
    }
