"""Combinations of parameters and headers at random, the same for the same chance."""

from tests.tools.recorder import catalogue
from tests.tools.recorder.catalogue import LANGUAGES
from tests.tools.recorder.listings import LISTINGS, SEARCH, Listing
from tests.tools.recorder.request_list import RequestList


class Combinations(RequestList):
    """Requests with several parameters and headers."""

    def add_combinations(self, count: int) -> None:
        """Ask with several parameters and headers at random; some are queried twice, or their HEAD too."""
        for _ in range(count * 10 // 12):
            listing = self._one((*LISTINGS[:3], *LISTINGS, SEARCH))
            target = self._combined(listing)
            headers = [("Accept-Encoding", self._one(catalogue.ACCEPT_ENCODINGS[:6]))] if self._happens(0.3) else []
            if self._happens(0.2):
                headers.append(("Accept-Language", self._one(catalogue.ACCEPT_LANGUAGES)))
            for method in self._one((("GET",),) * 8 + (("GET", "GET"), ("GET", "HEAD"))):
                self._add(method, target, *headers)

    def _combined(self, listing: Listing) -> str:
        entries = self._combined_filters(listing)
        if listing.formats and self._happens(0.15):
            return f"{listing.path}.{self._one(listing.formats)}?{'&'.join(entries)}"
        if listing.sorts and self._happens(0.4):
            signed = (self._one(("", "-")) + key for key in self._sample(listing.sorts, self._one((1, 2))))
            entries.append(f"sort={','.join(signed)}")
        for name, values in (("facet", listing.facets), ("include", listing.includes)):
            if values and self._happens(0.3):
                entries += [f"{name}={value}" for value in self._sample(values, self._one((1, 2, 3)))]
        if self._happens(0.7):
            entries.append(f"lang={self._one(LANGUAGES)}")
        if self._happens(0.8):
            entries.append(f"limit={self._one((1, 2, 5, 10, 20, 50, 200))}")
        if self._happens(0.04):
            entries.append(self._one(catalogue.WRONG_ENTRIES))
        self._chance.shuffle(entries)
        return f"{listing.path}?{'&'.join(entries)}"

    def _combined_filters(self, listing: Listing) -> list[str]:
        filters = self._filters(listing)
        names = self._sample(sorted(filters), self._chance.randint(0, min(3, len(filters))))
        entries = []
        for name in names:
            count = 1 if name in catalogue.SINGLE_VALUED else self._one((1, 1, 1, 2, 3))
            entries += [f"{name}={value}" for value in self._sample(filters[name], count)]
        if listing is SEARCH or self._happens(0.3):
            entries.append(f"q={self._one(catalogue.WORDS)}")
        return entries
