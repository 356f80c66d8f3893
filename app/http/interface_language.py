"""The language of the interface: of the OpenAPI document, its page, and problems."""

from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from app.http.request_key import is_long
from app.languages import Language, choose_language, language_of, read_tag
from app.messages import WRITTEN_IN


class InterfaceLanguage(NamedTuple):
    """A language that was chosen, and how."""

    language: Language
    is_in_address: bool = False
    """Whether `lang` decided, and not `Accept-Language`."""

    @property
    def identity(self) -> tuple[str, ...]:
        """The part of an ETag that stands for the language and for how it was chosen, which decides `Vary`."""
        return (self.language, "lang") if self.is_in_address else (self.language,)

    def headers(self, vary: str | None = None) -> dict[str, str]:
        """Return the headers that name the language; `vary` are the other headers that the response depends on."""
        varies = [one for one in (vary, None if self.is_in_address else "Accept-Language") if one]
        return {"Content-Language": self.language.value} | ({"Vary": ", ".join(varies)} if varies else {})


_MAX_BYTES = 8 * 1024
"""How much of a target is read; one that is longer is refused."""

ENGLISH = InterfaceLanguage(WRITTEN_IN)


def choose_interface_language(
    target: bytes, accept_language: bytes | None, fallback: Language = WRITTEN_IN
) -> InterfaceLanguage:
    """Choose by the only `lang` of a request's target if it is valid, else by `Accept-Language`, else `fallback`."""
    language = language_in_query(target[:_MAX_BYTES].partition(b"?")[2])
    if language is not None:
        return InterfaceLanguage(language, is_in_address=True)
    # A header that is too long is refused unread.
    header = None if accept_language is None or is_long(accept_language) else accept_language.decode("latin-1")
    return InterfaceLanguage(choose_language(header, fallback))


def language_in_query(query: bytes) -> Language | None:
    """Return the language that the only `lang` of a query means; None if there is none, several or an unknown one."""
    tag = tag_in_query(query)
    return tag if isinstance(tag, Language) or tag is None else language_of(tag)


def tag_in_query(query: bytes) -> Language | str | None:
    """Return what `read_tag` returns for the only `lang` of a query; None if there is none or several."""
    values = [value for name, _, value in (pair.partition(b"=") for pair in query.split(b"&")) if name == b"lang"]
    return read_tag(unquote_to_bytes(values[0]).decode("latin-1")) if len(values) == 1 else None
