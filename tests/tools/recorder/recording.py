"""The recording's file: JSON Lines, gzip. A body stands in a line of its own before the first response that has it."""

import gzip
import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from tests.tools.recorder.model import Exchange, Request, Response


def save(exchanges: Iterable[Exchange], output: Path) -> int:
    """Write exchanges; returns how many there are."""
    output.parent.mkdir(parents=True, exist_ok=True)
    stored: set[str] = set()
    count = 0
    with gzip.open(output, "wt", encoding="utf-8", compresslevel=5) as file:
        for exchange in exchanges:
            response = exchange.response
            digest = sha256(response.body.encode("utf-8", "surrogatepass")).hexdigest()[:24]
            if digest not in stored:
                stored.add(digest)
                print(json.dumps({"body": digest, "text": response.body}), file=file)
            line = {
                "database": exchange.database,
                "number": exchange.number,
                "request": exchange.request.to_json(),
                "status": response.status,
                "headers": response.headers,
                "body_of": digest,
            }
            print(json.dumps(line), file=file)
            count += 1
    return count


def load(path: Path) -> Iterator[Exchange]:
    """Read exchanges in their order."""
    bodies: dict[str, str] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            if "body" in line:
                bodies[line["body"]] = line["text"]
                continue
            headers = tuple((name, value) for name, value in line["headers"])
            response = Response(line["status"], headers, bodies[line["body_of"]])
            yield Exchange(line["database"], line["number"], Request.from_json(line["request"]), response)
