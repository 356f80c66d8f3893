"""What each generated client must find, from the service's own responses."""

from typing import Any

from tests.clients.conftest import Service
from tests.lists import LISTS

FILTER = "location=maiji&category=symposium&category=site_study&category=media_visit&lang=zh-Hans&facet=category"


def expected(service: Service) -> dict[str, Any]:
    """Return the result that a client reports."""
    filtered = service.get(f"/v1/events?{FILTER}")
    event = service.get("/v1/events/tianshui-police-open-day?include=evidence&include=outcomes")["data"]
    problem = service.client.get("/v1/outcomes?scope=campain").json()
    (error,) = problem["errors"]
    hits: dict[str, list[str]] = {}
    for hit in service.get("/v1/search?q=天水&limit=200")["data"]:
        record = hit["record"]
        of_kind = {"campaign": "short_name", "location": "country", "outcome": "metric"}
        text = record["date"]["precision"] if hit["kind"] == "event" else record[of_kind[hit["kind"]]] or ""
        hits.setdefault(hit["kind"], []).append(text)
    geometries = [feature["geometry"] for feature in service.get("/v1/events.geojson?datum=gcj02")["features"]]
    points = [
        len(geometry["coordinates"]) if geometry["type"] == "MultiPoint" else 1 for geometry in geometries if geometry
    ]
    assert filtered["data"]
    assert len(hits) == 4
    return {
        "lists": {name: service.ids(name) for name in LISTS},
        "filtered": [record["id"] for record in filtered["data"]],
        "facets": {value["id"]: value["count"] for value in filtered["meta"]["facets"]["category"]},
        "detail": {
            "id": event["id"],
            "evidence": len(event["evidence"]),
            "outcomes": [outcome["id"] for outcome in event["outcomes"]],
            "start": event["date"]["start"],
        },
        "problem": {"type": problem["type"], "code": error["code"], "suggestion": error["suggestion"]},
        "revalidated": 304,
        "csv": service.client.get("/v1/events.csv?lang=en").text.removeprefix("\ufeff"),
        "hits": hits,
        "points": sum(points),
    }
