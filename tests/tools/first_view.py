"""Loads pages of the explorer for the first time, on a slow phone: a processor four times slower, 1.6 Mbit/s, 150 ms.

    python -m tests.tools.first_view [--data FILE] [PATH ...]

It prints what is requested until the screen is complete, and when its largest text is painted. Nothing is asserted.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from app.build.pipeline import build
from tests.conftest import SEEDS
from tests.explorer.browsers import PHONE, Page, chromium
from tests.serving import running

PATHS = ("/", "/events/tianshui-practice-activities")

SLOWDOWN = 4
LATENCY_MS = 150
BYTES_PER_SECOND = 1_600_000 / 8

LATER = ("/snapshot", "/service-worker.js")
"""What is requested on idle, after the first view."""

OBSERVE = """
window.observed = {paint: [], shift: [], task: []};
for (const [type, name] of [["largest-contentful-paint", "paint"], ["layout-shift", "shift"], ["longtask", "task"]]) {
  new PerformanceObserver(list => window.observed[name].push(...list.getEntries())).observe({type, buffered: true});
}
"""

MEASURE = """
const { paint, shift, task } = window.observed;
const last = paint.at(-1);
const first = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
const resources = performance.getEntriesByType("resource");
return {
  first,
  largest: last.startTime,
  element: last.element ? `${last.element.localName}.${last.element.className}` : "",
  before: 1 + resources.filter(one => one.responseEnd > 0 && one.responseEnd <= last.startTime).length,
  blocking: 1 + resources.filter(one => one.renderBlockingStatus === "blocking").length,
  shift: shift.filter(one => !one.hadRecentInput).reduce((sum, one) => sum + one.value, 0),
  shifts: shift.flatMap(one => one.sources.map(({ node }) => node?.id || node?.className || node?.localName)),
  tasks: task.filter(one => one.startTime >= first).map(one => one.duration),
};
"""


@dataclass
class Load:
    """The first load of a page."""

    path: str
    bodies: dict[str, int] = field(default_factory=dict)
    """The bytes of the compressed body of each response, by address."""
    received_bytes: int = 0
    """The bytes of all responses with their headers."""
    measured: dict[str, Any] = field(default_factory=dict)

    @property
    def body_bytes(self) -> int:
        """The bytes of all bodies."""
        return sum(self.bodies.values())

    @property
    def blocking_ms(self) -> float:
        """The time by which long tasks after the first paint exceeded 50 ms."""
        return float(sum(duration - 50 for duration in self.measured["tasks"]))


@contextmanager
def slow_phone(page: Page) -> Iterator[None]:
    """Slow the processor and the network down until the block ends."""
    page.resize(PHONE)
    page.cdp("Network.enable")
    page.cdp(
        "Network.emulateNetworkConditions",
        offline=False,
        latency=LATENCY_MS,
        downloadThroughput=BYTES_PER_SECOND,
        uploadThroughput=BYTES_PER_SECOND / 2,
    )
    page.cdp("Emulation.setCPUThrottlingRate", rate=SLOWDOWN)
    try:
        yield
    finally:
        page.cdp("Emulation.setCPUThrottlingRate", rate=1)
        page.disconnect(offline=False)


def load(page: Page, path: str) -> Load:
    """Load a page and wait until its screen is complete. The browser must not have visited the service before."""
    observer = page.cdp("Page.addScriptToEvaluateOnNewDocument", source=OBSERVE)["identifier"]
    page.read_logs()
    page.driver.get(page.address + path)
    page.find("#list .card" if path.partition("?")[0] == "/" else "#record dl.facts")
    unfinished = "return [...document.querySelectorAll('[aria-busy], .skeleton')].some(one => {" + (
        "const { top, height } = one.getBoundingClientRect(); return height > 0 && top < innerHeight; })"
    )
    page.until(lambda: not page.script(unfinished), "the complete screen")
    result = Load(path, measured=page.script(MEASURE))
    count_bytes(page, result)
    page.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=observer)
    return result


def count_bytes(page: Page, result: Load) -> None:
    """Add the responses that the browser has logged."""
    addresses: dict[str, str] = {}
    headers: dict[str, int] = {}
    for entry in page.driver.get_log("performance"):  # type: ignore[no-untyped-call]
        message = json.loads(entry["message"])["message"]
        parameters = message["params"]
        id_ = parameters.get("requestId")
        if message["method"] == "Network.requestWillBeSent":
            address = parameters["request"]["url"]
            if address.startswith("http") and not any(part in address for part in LATER):
                addresses[id_] = address
        elif message["method"] == "Network.responseReceived":
            headers[id_] = parameters["response"]["encodedDataLength"]
        elif message["method"] == "Network.loadingFinished" and id_ in addresses:
            received = int(parameters["encodedDataLength"])
            result.received_bytes += received
            result.bodies[addresses[id_]] = received - headers[id_]


def report(loads: list[Load]) -> Iterator[str]:
    """Yield lines about the loads of one page; times are medians."""
    first = loads[0]
    measured = [one.measured for one in loads]

    def of(name: str) -> float:
        return median(float(one[name]) for one in measured)

    yield f"{first.path}, {len(loads)} loads"
    headers = first.received_bytes - first.body_bytes
    moved = {str(one) for each in measured for one in each["shifts"]}
    rows = {
        "requests": str(len(first.bodies)),
        "compressed bodies": f"{first.body_bytes / 1000:.1f} kB, and {headers / 1000:.1f} kB of headers",
        "largest paint": f"{of('largest'):.0f} ms ({measured[0]['element']})",
        "first paint": f"{of('first'):.0f} ms",
        "requests that it waits for": f"{of('blocking'):.0f}; {of('before'):.0f} had ended before it",
        "total blocking time": f"{median(one.blocking_ms for one in loads):.0f} ms",
        "layout shift": f"{of('shift'):.4f} {', '.join(sorted(moved))}",
    }
    for name, value in rows.items():
        yield f"  {name:28}{value}"
    for address, size in sorted(first.bodies.items(), key=lambda item: -item[1]):
        parts = urlsplit(address)
        yield f"    {size:7,}  {parts.path}{'?…' if parts.query else ''}"


def main() -> None:
    """Measure pages and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.first_view", description=__doc__)
    parser.add_argument("paths", nargs="*", default=PATHS, metavar="PATH", help="of a page, such as /events/ID")
    parser.add_argument("--data", type=Path, help="a database; without it the project's seeds are built")
    parser.add_argument(
        "--loads", type=int, default=5, help="how often each page is loaded, each time by a new browser"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = options.data
        if data is None:
            data = folder / "campaigns.sqlite3"
            build(SEEDS, data)
        with running("--data", str(data.resolve()), cwd=folder) as server:
            for path in options.paths:
                loads = []
                for number in range(options.loads):
                    with chromium(folder / f"profile-{len(path)}-{number}") as driver:
                        page = Page(driver)
                        page.address = server.address
                        with slow_phone(page):
                            loads.append(load(page, path))
                print(*report(loads), sep="\n")


if __name__ == "__main__":
    main()
