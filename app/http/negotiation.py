"""Choosing what to send from what a request accepts: language, media type, encoding (RFC 9110 section 12)."""

from functools import lru_cache

from starlette.requests import Request

from app.http.context import asked_in
from app.http.errors import NotAcceptable
from app.http.params import LocalisedParams
from app.languages import HEADERS, Language, choose_language, parse_quality

JSON = "application/json"

ENCODINGS = ("br", "zstd", "gzip")
"""The encodings that bodies are sent in, the preferred first where a client values them alike."""


def negotiate_language(query: LocalisedParams, accept_language: str | None, fallback: Language) -> Language:
    """Choose the language: what the query asks for, else the header, else `fallback`."""
    return query.lang or choose_language(accept_language, fallback)


def accept_of(request: Request) -> str | None:
    """Give a request's Accept header; None where there is none."""
    return text_of(asked_in(request.scope)[0].accept)


def accept_language_of(request: Request) -> str | None:
    """Give a request's Accept-Language header; None where there is none."""
    return text_of(asked_in(request.scope)[0].accept_language)


def text_of(header: bytes | None) -> str | None:
    """Give a header as text; None where there is none."""
    return None if header is None else header.decode("latin-1")


@lru_cache(maxsize=HEADERS)
def require_media(accept: str | None, media_type: str) -> None:
    """Raise NotAcceptable when a request does not accept a media type; no header accepts all."""
    if accept is None or not accept.strip():
        return
    ranges = {"*/*": 0, f"{media_type.split('/', 1)[0]}/*": 1, media_type: 2}
    best: tuple[int, float] = (-1, 0.0)
    for element in accept.split(","):
        media_range, _, parameters = element.partition(";")
        specificity = ranges.get(media_range.strip().lower())
        quality = parse_quality(parameters)
        if specificity is not None and quality is not None:
            best = max(best, (specificity, quality))
    if best[1] <= 0:
        raise NotAcceptable(
            f"This is sent as {media_type}; accept that, or anything (*/*).", headers={"Vary": "Accept"}
        )


@lru_cache(maxsize=HEADERS)
def choose_encoding(accept_encoding: str | None) -> str:
    """Choose a content encoding by the client's weights: one of ENCODINGS, or `identity`.

    Raises NotAcceptable when the client refuses `identity` and takes none of ours.
    """
    if accept_encoding is None:
        return "identity"
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
    # Unnamed, identity is acceptable but wanted less than anything that is named; `*;q=0` refuses it too.
    identity = weights.get("identity", 0.0 if weights.get("*") == 0 else 1e-6)
    best = max(offered, key=lambda name: offered[name])
    if offered[best] > 0 and offered[best] >= identity:
        return best
    if identity > 0:
        return "identity"
    raise NotAcceptable(
        f"Accept one of the encodings {', '.join(ENCODINGS)} or identity.", headers={"Vary": "Accept-Encoding"}
    )
