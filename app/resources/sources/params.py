"""The parameters of the sources' endpoints, with their filters, sort keys and facets."""

from enum import StrEnum

from app.db.facets import Facet
from app.http.list_params import ListParams, facet_field, include_field, repeatable
from app.http.param_types import CampaignIds, SourceIds
from app.http.params import LocalisedParams
from app.model.codes import Resource
from app.resources.sources.schema import SourcePart


class SourceFacet(StrEnum):
    """The facets of sources."""

    CAMPAIGN = "campaign"


class SourceListParams(ListParams):
    """The parameters of the list of sources."""

    columns = {"id": "source.id", "campaign": "source.campaign"}
    facets = {SourceFacet.CAMPAIGN: Facet(Resource.SOURCE, "source.campaign", Resource.CAMPAIGN)}

    id: SourceIds = repeatable("The ids of the sources themselves; repeat for OR.", "tianshui-report")
    campaign: CampaignIds = repeatable("Campaign ids; repeat for OR.", "tianshui")
    include: list[SourcePart] = include_field(SourcePart)
    facet: list[SourceFacet] = facet_field(*SourceFacet)


class SourceParams(LocalisedParams):
    """The parameters of one source."""

    include: list[SourcePart] = include_field(SourcePart)
