"""The parameters of the campaigns' endpoints."""

from app.http.list_params import ListParams, include_field, repeatable
from app.http.param_types import CampaignIds
from app.http.params import LocalisedParams
from app.resources.campaigns.schema import CampaignPart
from app.resources.campaigns.summary import SummaryPart


class CampaignListParams(ListParams):
    """The parameters of the list of campaigns."""

    columns = {"id": "campaign.id"}

    id: CampaignIds = repeatable("The ids of the campaigns themselves; repeat for OR.", "tianshui")
    include: list[CampaignPart] = include_field(CampaignPart)


class SummaryParams(LocalisedParams):
    """The parameters of a summary."""

    include: list[SummaryPart] = include_field(SummaryPart)


class CampaignParams(LocalisedParams):
    """The parameters of one campaign."""

    include: list[CampaignPart] = include_field(CampaignPart)
