"""The `Link` header (RFC 8288) of lists and exports: what describes them, their licence, their other formats."""

from collections.abc import Sequence
from functools import cache

from app.exports.format import Exports
from app.http.context import ApiRequest
from app.http.list_params import NO_FILTERS
from app.http.negotiation import JSON
from app.http.params import LocalisedParams, with_query

MAX_LINK_BYTES = 2048
"""The longest `Link` header apart from the link to the next page; a group of links that would exceed it is left out."""

_ONLY_HERE = NO_FILTERS - {"lang", "sort"}
"""The parameters that some formats of a list do not have."""


def list_links(
    request: ApiRequest,
    params: LocalisedParams,
    exports: Exports | None = None,
    extension: str | None = None,
    *,
    campaigns: Sequence[str] | None = None,
    canonical: str | None = None,
) -> list[str]:
    """Return the links of a list, of its export with an `extension`, or of a document about `campaigns`.

    Without `campaigns` they are those of the parameter `campaign`, else all. The alternatives have the same filters,
    order and language.
    """
    database = request.context.database
    chosen = getattr(params, "campaign", []) if campaigns is None else campaigns
    licences = dict.fromkeys(database.licences[id_]["url"] for id_ in chosen) or database.licences_by_url
    described_by = "/datapackage.json" if extension == "csv" else "/openapi.json"
    groups = (
        [] if canonical is None else [link(canonical, "canonical")],
        [link(request.origin + described_by, "describedby", JSON)],
        [link(url, "license") for url in licences],
        [] if exports is None else _alternatives(request.origin, params, exports, extension),
    )
    links, room = list[str](), MAX_LINK_BYTES
    for group in groups:
        joined = ", ".join(group)
        size = len(joined) + len(", ")
        if group and size <= room:
            links.append(joined)
            room -= size
    return links


def _alternatives(origin: str, params: LocalisedParams, exports: Exports, extension: str | None) -> list[str]:
    query = with_query("", params.canonical(without=_ONLY_HERE))
    return [f"<{origin}{path}{query}>{attributes}" for path, attributes in _other_formats(exports, extension)]


@cache
def _other_formats(exports: Exports, extension: str | None) -> list[tuple[str, str]]:
    """Return the path of each other format of a list, and the attributes of the link to it."""
    path = f"/v1/{exports.resource}s"
    formats = {path: JSON} | {f"{path}.{one.extension}": one.bare_media_type for one in exports.formats}
    del formats[path if extension is None else f"{path}.{extension}"]
    return [(other, _attributes("alternate", media_type)) for other, media_type in formats.items()]


def link(url: str, relation: str, media_type: str | None = None) -> str:
    """Return one link of the header."""
    return f"<{url}>{_attributes(relation, media_type)}"


def _attributes(relation: str, media_type: str | None) -> str:
    return f'; rel="{relation}"' + (f'; type="{media_type}"' if media_type else "")
