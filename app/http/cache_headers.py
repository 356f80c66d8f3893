"""The headers by which an answer is known again: validators, language, how long it may be kept."""

from email.utils import formatdate
from functools import cache
from hashlib import blake2b

from app import __version__
from app.http.context import Context
from app.languages import Language
from app.settings import Settings


def validators(
    context: Context, address: str, media_type: str, *, language: Language, vary: str, version: str | None = None
) -> dict[str, str]:
    """Make the headers of an answer, decided by everything but its encoding.

    `version` is that of what the answer is a function of, where that is not the whole of the data.
    """
    identity = "\n".join((version or context.snapshot.version, __version__, address, media_type, language))
    return {
        "ETag": f'"{blake2b(identity.encode(), digest_size=12).hexdigest()}"',
        "Last-Modified": _http_date(context.snapshot.modified),
        "Cache-Control": caching(context.settings),
        "Content-Language": language.value,
        "Vary": vary,
    }


@cache
def _http_date(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


def caching(settings: Settings) -> str:
    """Say how long an answer may be kept."""
    return f"public, max-age={settings.cache_seconds}, stale-while-revalidate={settings.stale_seconds}"
