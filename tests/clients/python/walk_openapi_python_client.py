"""A client that openapi-python-client made: reads the service at the address given and prints what it found."""

import json
import sys
from collections.abc import Callable
from http import HTTPStatus

from campaign_api_client import Client
from campaign_api_client.api.campaigns import list_campaigns
from campaign_api_client.api.events import export_events_csv, export_events_geojson, list_events, read_event
from campaign_api_client.api.locations import list_locations
from campaign_api_client.api.outcomes import list_outcomes
from campaign_api_client.api.search import search_records
from campaign_api_client.api.sources import list_sources
from campaign_api_client.models.campaign_hit import CampaignHit
from campaign_api_client.models.campaign_list_response import CampaignListResponse
from campaign_api_client.models.datum import Datum
from campaign_api_client.models.error_code import ErrorCode
from campaign_api_client.models.event_category import EventCategory
from campaign_api_client.models.event_facet import EventFacet
from campaign_api_client.models.event_hit import EventHit
from campaign_api_client.models.event_list_response import EventListResponse
from campaign_api_client.models.event_part import EventPart
from campaign_api_client.models.language import Language
from campaign_api_client.models.location_hit import LocationHit
from campaign_api_client.models.location_list_response import LocationListResponse
from campaign_api_client.models.multi_point_geometry import MultiPointGeometry
from campaign_api_client.models.outcome_list_response import OutcomeListResponse
from campaign_api_client.models.problem_document import ProblemDocument
from campaign_api_client.models.problem_type import ProblemType
from campaign_api_client.models.source_list_response import SourceListResponse
from campaign_api_client.types import UNSET, Unset

PAGES = (CampaignListResponse, EventListResponse, LocationListResponse, OutcomeListResponse, SourceListResponse)


def walk(read: Callable[[str | Unset], object]) -> list[str]:
    """Return the ids of all records of a list, read by its cursors."""
    ids: list[str] = []
    cursor: str | Unset = UNSET
    while True:
        page = read(cursor)
        assert isinstance(page, PAGES), page
        ids += [record.id for record in page.data]
        if page.meta.next_cursor is None:
            return ids
        cursor = page.meta.next_cursor


def main(address: str) -> None:
    client = Client(base_url=address, raise_on_unexpected_status=True)
    lists = {
        "campaigns": walk(lambda cursor: list_campaigns.sync(client=client, limit=3, cursor=cursor)),
        "events": walk(lambda cursor: list_events.sync(client=client, limit=3, cursor=cursor)),
        "locations": walk(lambda cursor: list_locations.sync(client=client, limit=3, cursor=cursor)),
        "outcomes": walk(lambda cursor: list_outcomes.sync(client=client, limit=3, cursor=cursor)),
        "sources": walk(lambda cursor: list_sources.sync(client=client, limit=3, cursor=cursor)),
    }
    filtered = list_events.sync(
        client=client,
        location=["maiji"],
        category=[EventCategory.SYMPOSIUM, EventCategory.SITE_STUDY, EventCategory.MEDIA_VISIT],
        lang=Language.ZH_HANS,
        facet=[EventFacet.CATEGORY],
    )
    assert filtered is not None
    assert not isinstance(filtered, ProblemDocument)
    assert filtered.meta.facets is not None
    assert not isinstance(filtered.meta.facets.category, Unset)
    event = read_event.sync("tianshui-police-open-day", client=client, include=[EventPart.EVIDENCE, EventPart.OUTCOMES])
    assert event is not None
    assert not isinstance(event, ProblemDocument)
    assert event.data.evidence is not None
    assert event.data.outcomes is not None
    start = event.data.date.start
    refused = list_events.sync(client=client, q="😀")
    assert isinstance(refused, ProblemDocument)
    assert refused.type_ is ProblemType.URNCAMPAIGN_APIINVALID_QUERY
    assert refused.errors[0].code is ErrorCode.NOT_SEARCHABLE
    misspelled = client.get_httpx_client().get("/v1/outcomes?scope=campain")
    problem = ProblemDocument.from_dict(misspelled.json())
    first = list_events.sync_detailed(client=client)
    again = list_events.sync_detailed(client=client, if_none_match=first.headers["ETag"])
    assert again.status_code is HTTPStatus.NOT_MODIFIED
    csv = export_events_csv.sync(client=client, lang=Language.EN)
    assert isinstance(csv, str)
    hits: dict[str, list[str]] = {}
    found = search_records.sync(client=client, q="天水", limit=200)
    assert found is not None
    assert not isinstance(found, ProblemDocument)
    for hit in found.data:
        if isinstance(hit, CampaignHit):
            text = hit.record.short_name
        elif isinstance(hit, EventHit):
            text = hit.record.date.precision.value
        elif isinstance(hit, LocationHit):
            text = hit.record.country or ""
        else:
            text = hit.record.metric
        hits.setdefault(hit.kind, []).append(text)
    places = export_events_geojson.sync(client=client, datum=Datum.GCJ02)
    assert places is not None
    assert not isinstance(places, ProblemDocument)
    geometries = [feature.geometry for feature in places.features if feature.geometry is not None]
    points = [len(one.coordinates) if isinstance(one, MultiPointGeometry) else 1 for one in geometries]
    result = {
        "lists": lists,
        "filtered": [record.id for record in filtered.data],
        "facets": {value.id: value.count for value in filtered.meta.facets.category},
        "detail": {
            "id": event.data.id,
            "evidence": len(event.data.evidence),
            "outcomes": [outcome.id for outcome in event.data.outcomes],
            "start": None if start is None else start.isoformat(),
        },
        "problem": {
            "type": problem.type_.value,
            "code": problem.errors[0].code.value,
            "suggestion": problem.errors[0].suggestion,
        },
        "revalidated": int(again.status_code),
        "csv": csv,
        "hits": hits,
        "points": sum(points),
    }
    sys.stdout.write(json.dumps(result))


main(sys.argv[1])
