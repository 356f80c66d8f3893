"""A client with a fixed request rate: `python -m tests.tools.benchmarks.paced_client URL RATE SECONDS` prints JSON."""

import http.client
import json
import sys
import time
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 6


def main(url: str, rate: float, seconds: float) -> None:
    """Print the waits in seconds, each from when the request was due, and whether the server was too slow.

    Then the waits of the rest are those at the time when the client gave up, so they are lower bounds.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    started = time.perf_counter()
    gives_up_at = started + seconds + _TIMEOUT_SECONDS
    dues = [started + number / rate for number in range(int(rate * seconds))]
    waits: list[float] = []
    for scheduled in dues:
        due = scheduled
        if due > time.perf_counter():
            time.sleep(due - time.perf_counter())
            # Waking up late is not the server's fault.
            due = time.perf_counter()
        try:
            connection.request("GET", f"{parts.path}?{parts.query}")
            response = connection.getresponse()
            response.read()
        except TimeoutError:
            break
        if response.status != 200:
            raise SystemExit(f"{url} responded {response.status}")
        waits.append(time.perf_counter() - due)
        if time.perf_counter() > gives_up_at:
            break
    now = time.perf_counter()
    rest = [max(now - due, 0) for due in dues[len(waits) :]]
    print(json.dumps({"waits": waits + rest, "too_slow": bool(rest)}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
