"""The page of an error: its title and detail, links to the nearest records, and a link to the start."""

import sqlite3
from collections.abc import Iterator
from html import escape

from app.db.connections import BudgetExceededError, Reader
from app.db.file import DatabaseChangedError
from app.db.identifiers import find_identifiers, names_of_kind
from app.endpoints.explorer.page import render_shell
from app.endpoints.explorer.site import Link, Site, anchor, fill, items, page_headers
from app.endpoints.explorer.subjects import PAGES, title_of
from app.endpoints.home import LINK_TITLES
from app.http.context import Context
from app.http.errors import NO_STORE, PROBLEM_TITLES, Problem
from app.http.interface_language import choose_interface_language
from app.http.request_key import RequestKey
from app.languages import text_in
from app.model.codes import Resource

_READ_SECONDS = 0.05
"""How long the titles of the nearest records may take to read; a few records take less than a millisecond."""

_COLLECTIONS = {f"{resource}s": resource for resource in PAGES}


def error_page(problem: Problem, key: RequestKey, context: Context) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of an error response as HTML."""
    chosen = choose_interface_language(key.target, key.accept_language, context.database.language)
    # Links in the page are relative, so the origin is not needed.
    site = Site(context, "", chosen.language, is_in_address=chosen.is_in_address)
    title = PROBLEM_TITLES[problem.status].in_language(site.language)
    detail = problem.detail.in_language(site.language)
    nearest, home = _read(site, problem.nearest)
    body = render_shell(
        site,
        view="error",
        title=title,
        description=detail,
        short_name=home,
        head=['<meta name="robots" content="noindex">'],
        main=fill(
            "error.html",
            status=str(problem.status.value),
            title=escape(title),
            detail=escape(detail),
            nearest=f"<h2>{escape(site.words['nearest'])}</h2>\n<ul>\n{items(nearest)}\n</ul>\n" if nearest else "",
            start_over=escape(site.words["start_over"]),
            links=items([(site.page("/"), home)]),
        ),
        footer=[anchor((site.docs, site.words["documentation"]))],
    ).encode("utf-8", "backslashreplace")
    headers = {
        **NO_STORE,
        **problem.headers,
        **chosen.headers(problem.headers.get("Vary")),
        **page_headers(context),
        "Content-Length": str(len(body)),
    }
    return body, headers


def _read(site: Site, nearest: list[str]) -> tuple[list[Link], str]:
    """Return links to the nearest paths, and the name of the site; without their titles if the data cannot be read."""
    title = LINK_TITLES["title"][site.language]

    def read(reader: Reader) -> tuple[list[Link], str]:
        names = [text_in(name, site.language) for name in names_of_kind(reader, Resource.CAMPAIGN).values()]
        return [*_links(site, reader, nearest)], names[0] if len(names) == 1 else title

    try:
        return site.context.database.inline_reader.within(_READ_SECONDS, read)
    except (BudgetExceededError, DatabaseChangedError, sqlite3.Error, OSError):
        return [(site.context.base_path + path, path) for path in nearest], title


def _links(site: Site, reader: Reader, nearest: list[str]) -> Iterator[Link]:
    """Iterate over links to the paths that people can use; a record that has a page is linked by its page."""
    for path in nearest:
        *_, collection, id_ = ("", *path.removeprefix("/v1").split("/"))
        resource = _COLLECTIONS.get(collection)
        known = [one for one in find_identifiers(reader, [id_]) if one.kind == resource]
        if resource is not None and known and known[0].number is not None:
            yield site.page(f"/{collection}/{id_}"), title_of(reader, resource, known[0].number, site.language)
        elif path == "/docs":
            yield site.docs, site.words["documentation"]
        elif path.startswith("/v1/") and "." not in path:
            yield site.context.base_path + path, path
