"""The site in one language: its words and addresses, and small pieces of HTML."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from string import Template

from pydantic_core import to_json

from app.endpoints.explorer.files import files_digest, template
from app.endpoints.explorer.words import html_words
from app.endpoints.home import HTML
from app.http.context import Context
from app.languages import Language, Tree

Link = tuple[str, str]
"""An address and its text."""


@dataclass(frozen=True)
class Site:
    """The site in one language."""

    context: Context
    origin: str
    """The URL that absolute addresses begin with."""
    language: Language
    is_in_address: bool
    """Whether `lang` decided the language; links to other pages then have it too."""

    @property
    def words(self) -> Mapping[str, str]:
        """The words of the HTML, by key."""
        return html_words(self.language)

    @property
    def files(self) -> str:
        """The path of the current files."""
        return f"{self.context.base_path}/explorer/{files_digest()}"

    def page(self, path: str) -> str:
        """Return the address of a page."""
        return self.context.base_path + path + (f"?lang={self.language}" if self.is_in_address else "")

    def data(self, path: str, query: str = "") -> str:
        """Return the address of a response of the API in the language of the page; `query` ends with `&`."""
        return f"{self.context.base_path}/v1{path}?{query}lang={self.language}"

    @property
    def docs(self) -> str:
        """The address of the documentation."""
        return f"{self.context.base_path}/docs?lang={self.language}"


def page_headers(context: Context) -> dict[str, str]:
    """Return the headers of every page: its media type, and a policy without other hosts than that of the tiles."""
    return {
        "Content-Type": f"{HTML}; charset=utf-8",
        "Content-Security-Policy": _page_policy(context),
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def _page_policy(context: Context) -> str:
    public, tiles = context.settings.public_base_url, context.settings.tile_origin
    # Links in responses begin with the public base URL; the page may have been opened at another address.
    elsewhere = f" {public.scheme}://{public.host}:{public.port}" if public else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{f' {tiles}' if tiles else ''}; "
        f"connect-src 'self'{elsewhere}; worker-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def fill(file: str, /, **values: str) -> str:
    """Fill in a template; raises KeyError for a placeholder without a value. Values are HTML."""
    return Template(template(file)).substitute(values)


def anchor(link: Link, attributes: str = "") -> str:
    """Return a link as HTML."""
    address, text = link
    return f'<a href="{escape(address)}"{attributes}>{escape(text)}</a>'


def items(links: Iterable[Link]) -> str:
    """Return links as the items of a list."""
    return "\n".join(f"<li>{anchor(link)}</li>" for link in links)


def script_json(value: Tree) -> str:
    """Return JSON that cannot end the element `script` that it stands in."""
    return to_json(value).replace(b"<", b"\\u003c").decode()
