"""Validators and Cache-Control of a response."""

from email.utils import formatdate
from functools import cache
from hashlib import blake2b

from app import __version__
from app.http.context import Context
from app.languages import Language
from app.settings import Settings


def cache_headers(
    context: Context, url: str, media_type: str, *, language: Language, vary: str, version: str | None = None
) -> dict[str, str]:
    """Return the headers of a response that do not depend on its encoding, Content-Type included.

    The ETag is a digest of the data version, the version of this service, the canonical URL, the media type and the
    language. `version` is the version of a part of the data where the response depends on that part alone.
    """
    identity = "\n".join((version or context.database.version, __version__, url, media_type, language))
    return {
        "ETag": f'"{blake2b(identity.encode(), digest_size=12).hexdigest()}"',
        "Last-Modified": _http_date(context.database.modified),
        "Cache-Control": cache_control(context.settings),
        "Content-Language": language.value,
        "Vary": vary,
        "Content-Type": media_type,
    }


@cache
def _http_date(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


def cache_control(settings: Settings) -> str:
    """Return the Cache-Control of responses that may be cached."""
    return (
        f"public, max-age={settings.max_age_seconds}, stale-while-revalidate={settings.stale_while_revalidate_seconds}"
    )
