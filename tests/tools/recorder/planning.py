"""The list of requests for one database: the same for the same published ids."""

from collections.abc import Iterable
from random import Random

from tests.tools.recorder import catalogue
from tests.tools.recorder.catalogue import LANGUAGES
from tests.tools.recorder.combining import Combinations
from tests.tools.recorder.discovery import Found
from tests.tools.recorder.listings import LISTINGS, SEARCH, Listing
from tests.tools.recorder.model import DATABASES, Request

REQUESTS = 1550
"""How many requests a database gets, raw ones aside; random combinations fill up."""


def plan(database: str, found: Found) -> list[Request]:
    """Return the requests for a database."""
    planned = Plan(found, Random(database), DATABASES.index(database))  # noqa: S311 - no secret
    planned.add_documents()
    for listing in LISTINGS:
        planned.add_list(listing)
        planned.add_exports(listing)
        planned.add_records(listing)
    planned.add_campaign_parts()
    planned.add_search()
    planned.add_negotiation()
    planned.add_methods()
    planned.add_conditions()
    planned.add_combinations(REQUESTS - len(planned.requests))
    return planned.requests


class Plan(Combinations):
    """The requests of one database, section by section."""

    def add_documents(self) -> None:
        """Request what is not data, and for what does not exist."""
        for path in catalogue.DOCUMENTS:
            self._get_and_head(path)
            self._get(f"{path}?nothing=1")
        for path in catalogue.NOTHING:
            self._get(path)
            self._get(path, ("Accept-Language", "zh-CN"))

    def add_list(self, listing: Listing) -> None:
        """Request a list with each parameter alone, and page through it."""
        path = listing.path
        for entry in ("", *(f"?lang={language}" for language in LANGUAGES), *_queries(catalogue.WRONG_ENTRIES)):
            self._get(path + entry)
        wrong = self._wrong_values(listing)
        for name, values in self._filters(listing).items():
            for value in (*values, *wrong[name]):
                self._get(f"{path}?{name}={value}&limit=20&lang=en")
            self._get(f"{path}?{name}={values[0]}&{name}={values[-1]}&lang=en&limit=10")
            self._get(f"{path}?{name}=")
        for key in listing.sorts:
            for sort in (key, f"-{key}", f"{key},-id", f"-{key},category", f"{key},relevance&q=天水"):
                self._get(f"{path}?sort={sort}&limit=30&lang={self._one(LANGUAGES)}")
        for name, values in (("facet", listing.facets), ("include", listing.includes)):
            for value in values:
                self._get(f"{path}?{name}={value}&lang={self._one(LANGUAGES)}&limit=5")
            self._get(f"{path}?{'&'.join(f'{name}={value}' for value in values)}&limit=10&lang=en")
        for word in self._sample(catalogue.WORDS, 8):
            self._get(f"{path}?q={word}&limit=10")
        for query in ("limit=3", "limit=7&lang=en&sort=-id", "limit=1&q=公安", "limit=5&include=evidence&lang=zh-Hans"):
            self._pages(f"{path}?{query}", min(5, 1 + len(self._found.get(listing.record, self._found["event"]))))

    def add_exports(self, listing: Listing) -> None:
        """Request a list in every format."""
        for extension in listing.formats:
            path = f"{listing.path}.{extension}"
            for query in (
                "",
                "?lang=en",
                "?lang=zh-Hans",
                "?limit=5",
                "?sort=-id&lang=en",
                "?q=公安",
                "?q=qqqq&lang=en",
            ):
                self._get(path + query)
            self._get(path, ("Accept", "text/html"))
            self._get(path, ("Range", "bytes=0-99"))
            self._get_and_head(path)
            for encoding in ("gzip", "br", "zstd", "identity;q=0, *;q=0"):
                self._get(f"{path}?lang=en", ("Accept-Encoding", encoding))
            for name, values in self._filters(listing).items():
                self._get(f"{path}?{name}={self._one(values)}&lang={self._one(LANGUAGES)}")

    def add_records(self, listing: Listing) -> None:
        """Request single records, and for records that do not exist."""
        ids = self._sample(self._found[listing.record], 12)
        for id_ in ids:
            for language in LANGUAGES:
                self._get(f"{listing.path}/{id_}?lang={language}")
            self._get(f"{listing.path}/{id_}?{'&'.join(f'include={part}' for part in listing.includes)}")
            self._get(f"{listing.path}/{id_}", ("Accept-Language", self._one(catalogue.ACCEPT_LANGUAGES)))
            if "ics" in listing.formats:
                self._get(f"{listing.path}/{id_}.ics?lang={self._one(LANGUAGES)}")
        for part in listing.includes:
            self._get(f"{listing.path}/{ids[0]}?include={part}&lang=en")
        wrong = (
            f"{ids[0][:-1]}",
            ids[0].upper(),
            f"{ids[0]}.json",
            f"{ids[0]}?limit=1",
            f"{ids[0]}?lang=fr",
            f"{ids[0]}/",
        )
        for id_ in (*wrong, *catalogue.WRONG_IDS):
            self._get(f"{listing.path}/{id_}")
        for id_ in catalogue.RETIRED_IDS:
            self._add("GET", f"{listing.path}/{id_}")

    def add_campaign_parts(self) -> None:
        """Request summaries and snapshots."""
        for id_ in self._found["campaign"]:
            for part in ("summary", "snapshot"):
                path = f"/v1/campaigns/{id_}/{part}"
                for query in ("", *(f"?lang={language}" for language in LANGUAGES), "?lang=fr", "?limit=1"):
                    self._get(path + query)
                for encoding in ("gzip", "br", "zstd"):
                    self._get(path, ("Accept-Encoding", encoding))
                self._get(path, ("Accept", "text/html"))
                self._get(path, ("Range", "bytes=0-99"))
                self._conditions(path)

    def add_search(self) -> None:
        """Search for every word."""
        self.add_list(SEARCH)
        for word in catalogue.WORDS:
            self._get(f"/v1/search?q={word}&lang={self._one(LANGUAGES)}")
            self._get(f"/v1/search?q={word}&limit=5&facet=kind")
        for word in ("公安", "police", "天水"):
            self._pages(f"/v1/search?q={word}&limit=4&lang=en", 5)
            self._get(f"/v1/search?q={word}&sort=-relevance")

    def add_negotiation(self) -> None:
        """Ask with each of the negotiated headers."""
        headers = {
            "Accept": catalogue.ACCEPTS,
            "Accept-Language": catalogue.ACCEPT_LANGUAGES,
            "Accept-Encoding": catalogue.ACCEPT_ENCODINGS,
        }
        for target in (self._record_path(), "/v1/events?limit=5", "/v1/nothing", "/v1/events.csv?kind=series", "/docs"):
            for name, values in headers.items():
                for value in values:
                    self._get(target, (name, value))

    def add_methods(self) -> None:
        """Ask with other methods, for CORS, with own request ids and with conditions that do not apply."""
        for target in (
            "/v1/events",
            self._record_path(),
            "/v1/events.csv",
            "/docs",
            "/healthz",
            "/nothing",
            "/V1/Events",
        ):
            for method in catalogue.METHODS:
                self._shared(method, target)
            requested = ("Origin", "https://app.example"), ("Access-Control-Request-Method", "GET")
            self._shared("OPTIONS", target, *requested, ("Access-Control-Request-Headers", "x-thing"))
            self._shared("OPTIONS", target, ("Origin", "null"), ("Access-Control-Request-Method", "POST"))
            self._get(target, ("Origin", "https://app.example"))
            self._get(target, ("X-Request-ID", "named-by-client"))
            self._get(target, ("X-Request-ID", "a b"))
            self._get(target, ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"))
        for size in (8000, 8300, 40_000):
            self._get(f"/v1/events?q={'a' * size}")
            self._get("/v1/events", ("X-Large", "a" * size))

    def add_conditions(self) -> None:
        """Ask again with conditions."""
        paths = ("/v1/events?lang=en&limit=4", "/v1/events.csv?lang=en", "/v1/search?q=公安&limit=2", "/openapi.json")
        for path in (
            *paths,
            self._record_path(),
            "/docs",
            "/docs/docs.js",
            "/nothing",
            "/healthz",
            "/v1/events?limit=-1",
        ):
            self._conditions(path)

    def _record_path(self) -> str:
        return f"/v1/events/{self._found['event'][0]}?lang=en"


def _queries(entries: Iterable[str]) -> list[str]:
    return [f"?{entry}" for entry in entries]
