"""The texts of the OpenAPI document that belong to no route, model or parameter."""

TITLE = "Campaign API"
SUMMARY = "The events, locations and outcomes of public campaigns, each fact traceable to its sentence."
DESCRIPTION = """\
This service publishes reports on public campaigns as data. **Every date and figure points to its sentence** in the
source (`include=evidence`), with a `basis`: `stated` there or `derived` by the editors. A fact that the source does
not contain is null, with a note of the reason; nothing is guessed, summed or rounded.

* **Languages**: `lang`, else `Accept-Language`, else the language of the source.
  `include=translations` adds all of them, each marked as the source's own, converted or translated. This document and
  its page (`/docs`) are in the language of their `lang`, else of `Accept-Language`, else in English.
* **Lists** take filters (repeat one for OR; different ones are ANDed), `sort`, `limit` and `cursor`. Follow
  `links.next`, or the link with `rel="next"` in the `Link` header, until there is none. `meta.undated_excluded` and
  `meta.derived_excluded` count what filters left out because it has no date, or because the editors derived where it
  was; `meta.facets_derived_excluded` counts the latter for facets.
* **Search**: `q` on every list, and `/v1/search` over campaigns, events, locations and outcomes: 兩結合,
  两结合, `liangjiehe` and "two combinations" find the same records. `facet` counts the matching records by value;
  `/v1/campaigns/{id}/summary` has the counts for a start page in one response.
* **Exports**: `/v1/events.csv`, and likewise `xlsx`, `jsonl`, `geojson`, `ics`, `jsonld`, with the same filters and
  without pages; `/v1/events/{id}.ics` is one event as a calendar entry. An offline app loads
  `/v1/campaigns/{id}/snapshot` once, and revalidates it with its `ETag`. `Accept` does not matter where the path names
  the format. A download that broke off goes on with `Range: bytes=N-` and `If-Range` with the `ETag`.
* **Errors** are `application/problem+json` (RFC 9457). An unknown name or value is a 422 that suggests the right one
  where that is certain; nothing is ignored. `title` and `detail` are in the language of `lang`, else of
  `Accept-Language`, else in English; `type` and `code` are the same in each.
* **Compatibility**: within /v1 fields may be added; ignore fields that you do not know. New campaigns may add values
  to the vocabularies of the data, such as `EventCategory`, and parameters, facets and the `code` of errors may get new
  values; show a value that you do not know as it is. No value is removed or changes its meaning.
* **Caching**: responses have a strong `ETag` and `Last-Modified`. Send `If-None-Match` to get a 304 while nothing has
  changed, or `If-Match` to get a 412 once something has. A campaign's `version` changes exactly when its data do.
* **Coordinates** are WGS 84, with the same point in GCJ-02 for Chinese base maps, which is null where the land border
  is so near that it is undecided; GeoJSON has either (`datum`). Those marked GeoNames are under CC BY 4.0 and need the
  attribution in `coordinates_source`.
"""
TAGS = [
    {"name": "campaigns", "description": "Campaigns, with their pillars, programmes, organisations and plans."},
    {"name": "events", "description": "Activities, with their dates, places, organisers and participants."},
    {"name": "locations", "description": "Places, from provinces to memorials."},
    {"name": "outcomes", "description": "Results: figures and attributed claims."},
    {"name": "sources", "description": "The documents that the records were drawn from."},
    {
        "name": "search",
        "description": "One search over campaigns, events, locations and outcomes, in Chinese, pinyin or English.",
    },
    {"name": "terms", "description": "The names and meanings of all codes, for showing and choosing them."},
    {"name": "home", "description": "Where everything is: the lists, the exports, their descriptions and licences."},
    {"name": "health", "description": "For operators: liveness, readiness and metrics."},
]
HEADERS = {
    "Cache-Control": "How long the response may be cached.",
    "X-Request-ID": "Identifies this request; the client's own where it sent a valid one.",
}
"""The headers of every response, and what they mean."""
CACHEABLE_HEADERS = {
    "ETag": "A strong validator of exactly this representation.",
    "Last-Modified": "When this version of the data was put in place.",
    "Content-Language": "The language of the response.",
    "Vary": "The request headers that the response depends on.",
}
PROBLEM_HEADERS = {"Content-Language": CACHEABLE_HEADERS["Content-Language"]}
LINK_HEADER = {
    "Link": (
        "Links (RFC 8288) to the next page of a list, to a description of the response, to the licence of the data, "
        "and to the same records in other formats."
    )
}
FILE_HEADERS = {"Content-Disposition": "A name for the file."}
VERSION_HEADERS = {"X-Data-Version": "The version of the data, a digest."}
COUNT_HEADERS = {
    "X-Total-Count": "How many records the document has.",
    "X-Undated-Excluded": "How many matching records were left out only because they have no date.",
    "X-Derived-Excluded": (
        "How many matching records were left out only because the editors derived their links to locations."
    ),
}
RANGES_HEADERS = {
    "Accept-Ranges": (
        "Always `bytes`: a request with `Range` gets one range of the document, without an encoding, as a 206. "
        "`Content-Range` has its position and the length of the document. If `If-Range` does not hold, the response is "
        "the whole document."
    ),
}
MOVED_HEADERS = {"Location": "The new URL of the record."}
RETRY_HEADERS = {"Retry-After": "After how many seconds to retry."}
ALL_HEADERS = {
    **HEADERS,
    **CACHEABLE_HEADERS,
    **LINK_HEADER,
    **FILE_HEADERS,
    **VERSION_HEADERS,
    **COUNT_HEADERS,
    **RANGES_HEADERS,
    **MOVED_HEADERS,
    **RETRY_HEADERS,
}
NUMBER_HEADERS = {*COUNT_HEADERS, *RETRY_HEADERS}
IF_NONE_MATCH = (
    "The `ETag` of the representation that the client has: the response is a 304 while it is still the same."
)
FACETS = (
    "How many matching records have each value, by facet, the largest count first. Only requested facets are present."
)
FACET_COUNTS = "A count for each requested facet that has one."
FACET_COUNT = "The count for this facet; absent if it has none."
FACET_VALUES = "The values of this facet; absent if it was not requested."
NOT_MODIFIED = "The client has this representation already (`If-None-Match`)."
MOVED = "The record was merged into another; `Location` is the URL of that one."
ERRORS = {
    "404": (
        "There is nothing at this path, no record with this id, or no calendar entry because the event has no date; "
        "`nearest` has the most similar paths."
    ),
    "406": "The request accepts none of the representations.",
    "410": "The record was withdrawn; `detail` has the reason.",
    "412": "`If-Match` or `If-Unmodified-Since` does not hold: the data have changed.",
    "414": "The request target is too long.",
    "416": "`Range` begins beyond the end of the document.",
    "422": "The query has an unknown or invalid parameter; `errors` names each, and the right one where it is certain.",
    "431": (
        "The headers are too large, or one of Accept, Accept-Language, Accept-Encoding, If-Match and If-None-Match has "
        "more than 100 members or 2,048 bytes."
    ),
    "500": "An internal error.",
    "503": (
        "The data cannot be read just now, a query took too long, or too many are in progress; retry after "
        "`Retry-After` seconds."
    ),
}
"""The meaning of each error status."""
