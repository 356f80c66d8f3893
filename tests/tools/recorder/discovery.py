"""The ids that a server publishes, by what they are ids of."""

import json
from collections.abc import Iterator
from typing import Any

from tests.tools.recorder.client import Client

Found = dict[str, list[str]]


def discover(port: int) -> Found:
    """Return the published ids, each kind in the order of the lists."""
    client = Client(port)
    try:
        records = {name: list(_all(client, f"/v1/{name}s")) for name in _RECORDS}
    finally:
        client.close()
    found = {name: [record["id"] for record in records[name]] for name in _RECORDS}
    events, outcomes = records["event"], records["outcome"]
    found["pillar"] = _distinct(event["pillar"] for event in events)
    found["organiser"] = _distinct(one["id"] for event in events for one in event["organisers"])
    found["metric"] = _distinct(outcome["metric"] for outcome in outcomes)
    found["unit"] = _distinct(outcome["unit"] for outcome in outcomes)
    return found


_RECORDS = ("campaign", "event", "location", "outcome", "source")


def _all(client: Client, path: str) -> Iterator[dict[str, Any]]:
    target = f"{path}?limit=200&lang=en"
    while target:
        response = json.loads(client.send("GET", target, []).body)
        yield from response["data"]
        target = (response["links"]["next"] or "").removeprefix(f"http://127.0.0.1:{client.port}")


def _distinct(values: Iterator[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value is not None))
