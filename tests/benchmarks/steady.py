"""A client that asks at a steady rate: `python -m tests.benchmarks.steady URL RATE SECONDS` prints its waits."""

import http.client
import json
import sys
import time
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 30


def main(url: str, rate: float, seconds: float) -> None:
    """Ask so many times a second, and print the waits in seconds, each from when the question was due."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    waits = []
    started = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = started + number / rate
        ahead = due - time.perf_counter()
        if ahead > 0:
            time.sleep(ahead)
            # To wake up late is the client's own fault.
            due = time.perf_counter()
        connection.request("GET", f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        response.read()
        waits.append(time.perf_counter() - due)
        if response.status != 200:
            raise SystemExit(f"{url} answered {response.status}")
    print(json.dumps(waits))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
