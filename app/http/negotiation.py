"""Content negotiation: media type and encoding (RFC 9110 section 12)."""

from functools import lru_cache

from app.http.errors import NotAcceptable
from app.languages import HEADERS, parse_quality
from app.messages import message

JSON = "application/json"

ENCODINGS = ("br", "zstd", "gzip")
"""The content encodings of responses; the first is preferred where several have the same weight."""


def decode_header(header: bytes | None) -> str | None:
    """Decode the value of a header; None for a missing one."""
    return None if header is None else header.decode("latin-1")


@lru_cache(maxsize=HEADERS)
def require_media(accept: str | None, media_type: str) -> None:
    """Raise NotAcceptable unless the header accepts a media type; a missing or empty one accepts all."""
    if accept is None or not accept.strip():
        return
    # Some clients write * for */*, as Java's does.
    ranges = {"*": 0, "*/*": 0, f"{media_type.split('/', 1)[0]}/*": 1, media_type: 2}
    best: tuple[int, float] = (-1, 0.0)
    for element in accept.split(","):
        media_range, _, parameters = element.partition(";")
        specificity = ranges.get(media_range.strip().lower())
        quality = parse_quality(parameters)
        if specificity is not None and quality is not None:
            best = max(best, (specificity, quality))
    if best[1] <= 0:
        detail = message("The response is {media_type}; accept that, or */*.", media_type=media_type)
        raise NotAcceptable(detail, headers={"Vary": "Accept"})


@lru_cache(maxsize=HEADERS)
def prefers_html(accept: str | None) -> bool:
    """Return whether the header names HTML, and JSON with no more weight, as browsers do for a page."""
    weights = media_weights(accept)
    html = weights.get("text/html", 0.0)
    return html > 0 and html >= weights.get(JSON, 0.0)


def media_weights(accept: str | None) -> dict[str, float]:
    """Return the weight of each media range that the header names; 0 for one that is not accepted."""
    weights: dict[str, float] = {}
    for element in (accept or "").split(","):
        media_range, _, parameters = element.partition(";")
        weights[media_range.strip().lower()] = parse_quality(parameters) or 0.0
    return weights


@lru_cache(maxsize=HEADERS)
def choose_encoding(accept_encoding: str | None) -> str:
    """Return the content encoding that the client weights most: one of ENCODINGS, or `identity`.

    Raises NotAcceptable where the client accepts none of them.
    """
    offered, identity = _weights(accept_encoding)
    best = max(offered, key=lambda name: offered[name])
    if offered[best] > 0 and offered[best] >= identity:
        return best
    if identity > 0:
        return "identity"
    detail = message("Accept one of the encodings {encodings} or identity.", encodings=ENCODINGS)
    raise NotAcceptable(detail, headers={"Vary": "Accept-Encoding"})


def accepts_identity(accept_encoding: str | None) -> bool:
    """Return whether the client accepts a response without a content encoding."""
    return _weights(accept_encoding)[1] > 0


def _weights(accept_encoding: str | None) -> tuple[dict[str, float], float]:
    """Return the weight of each of ENCODINGS, and that of identity."""
    if accept_encoding is None:
        return dict.fromkeys(ENCODINGS, 0.0), 1.0
    weights: dict[str, float] = {}
    for element in accept_encoding.split(","):
        name, _, parameters = element.partition(";")
        quality = parse_quality(parameters)
        if name.strip() and quality is not None:
            weights[name.strip().lower()] = quality
    if "x-gzip" in weights:
        weights.setdefault("gzip", weights["x-gzip"])
    others = weights.get("*", 0.0)
    offered = {name: weights.get(name, others) for name in ENCODINGS}
    # Without a weight, identity is acceptable but comes last; `*;q=0` refuses it too.
    return offered, weights.get("identity", 0.0 if weights.get("*") == 0 else 1e-6)
