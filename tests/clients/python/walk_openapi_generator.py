"""A client that openapi-generator made: reads the service at the address given and prints what it found."""

import json
import sys
from collections.abc import Callable
from typing import Any

import openapi_client as api


def walk(read: Callable[[str | None], Any]) -> list[str]:
    """Return the ids of all records of a list, read by its cursors."""
    ids: list[str] = []
    cursor: str | None = None
    while True:
        page = read(cursor)
        ids += [record.id for record in page.data]
        cursor = page.meta.next_cursor
        if cursor is None:
            return ids


def main(address: str) -> None:
    client = api.ApiClient(api.Configuration(host=address))
    events, outcomes = api.EventsApi(client), api.OutcomesApi(client)
    lists = {
        "campaigns": walk(lambda cursor: api.CampaignsApi(client).list_campaigns(limit=3, cursor=cursor)),
        "events": walk(lambda cursor: events.list_events(limit=3, cursor=cursor)),
        "locations": walk(lambda cursor: api.LocationsApi(client).list_locations(limit=3, cursor=cursor)),
        "outcomes": walk(lambda cursor: outcomes.list_outcomes(limit=3, cursor=cursor)),
        "sources": walk(lambda cursor: api.SourcesApi(client).list_sources(limit=3, cursor=cursor)),
    }
    filtered = events.list_events(
        location=["maiji"],
        category=[api.EventCategory.SYMPOSIUM, api.EventCategory.SITE_STUDY, api.EventCategory.MEDIA_VISIT],
        lang=api.Language.ZH_MINUS_HANS,
        facet=[api.EventFacet.CATEGORY],
    )
    event = events.read_event("tianshui-police-open-day", include=[api.EventPart.EVIDENCE, api.EventPart.OUTCOMES]).data
    refused = None
    try:
        events.list_events(q="😀")
    except api.ApiException as error:
        refused = error.data
    assert isinstance(refused, api.ProblemDocument)
    assert refused.type is api.ProblemType.URN_COLON_CAMPAIGN_MINUS_API_COLON_INVALID_MINUS_QUERY
    assert refused.errors[0].code is api.ErrorCode.NOT_SEARCHABLE
    response = client.call_api("GET", f"{address}/v1/outcomes?scope=campain")
    problem = api.ProblemDocument.from_json(response.read().decode())
    assert problem is not None
    first = events.list_events_with_http_info()
    try:
        status = events.list_events_with_http_info(if_none_match=first.headers["etag"]).status_code
    except api.ApiException as error:
        status = error.status
    hits: dict[str, list[str]] = {}
    for hit in (one.actual_instance for one in api.SearchApi(client).search_records("天水", limit=200).data):
        if isinstance(hit, api.CampaignHit):
            text = hit.record.short_name
        elif isinstance(hit, api.EventHit):
            text = hit.record.var_date.precision.value
        elif isinstance(hit, api.LocationHit):
            text = hit.record.country or ""
        else:
            text = hit.record.metric
        hits.setdefault(hit.kind, []).append(text)
    places = events.export_events_geojson(datum=api.Datum.GCJ02)
    geometries = [feature.geometry.actual_instance for feature in places.features if feature.geometry is not None]
    points = [len(one.coordinates) if isinstance(one, api.MultiPointGeometry) else 1 for one in geometries]
    result = {
        "lists": lists,
        "filtered": [record.id for record in filtered.data],
        "facets": {value.id: value.count for value in filtered.meta.facets.category},
        "detail": {
            "id": event.id,
            "evidence": len(event.evidence),
            "outcomes": [outcome.id for outcome in event.outcomes],
            "start": event.var_date.start.isoformat(),
        },
        "problem": {
            "type": problem.type.value,
            "code": problem.errors[0].code.value,
            "suggestion": problem.errors[0].suggestion,
        },
        "revalidated": status,
        "csv": events.export_events_csv(lang=api.Language.EN),
        "hits": hits,
        "points": sum(points),
    }
    sys.stdout.write(json.dumps(result))


main(sys.argv[1])
