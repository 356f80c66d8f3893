"""The sitemap: the canonical addresses of all pages (https://www.sitemaps.org/protocol.html)."""

from html import escape

from app.db.connections import Reader
from app.endpoints.explorer.subjects import PAGES
from app.http.conditional import document_headers
from app.http.context import ApiRequest
from app.http.plan import Plan, Rendered
from app.http.routing import make_router
from app.languages import LANGUAGES

router = make_router()

MAX_ADDRESSES = 50_000
"""How many addresses the protocol allows; any more are left out."""

_IDS = "SELECT id FROM identifier WHERE kind = :kind AND NOT retired ORDER BY id LIMIT :limit"


@router.get("/sitemap.xml", response_model=None)
def read_sitemap(request: ApiRequest) -> Plan:
    """List the pages for search engines, each in every language."""

    def render(reader: Reader) -> Rendered:
        # The page of an only campaign is at `/` too; its canonical address is that of the campaign.
        paths = ["/"] if len(request.context.database.licences) > 1 else []
        for kind in PAGES:
            rows = reader.rows(_IDS, {"kind": kind.value, "limit": MAX_ADDRESSES - len(paths)})
            paths += [f"/{kind}s/{id_}" for (id_,) in rows]
        pages = [f"{request.origin}{path}?lang={language}" for path in paths for language in LANGUAGES]
        addresses = "".join(f"<url><loc>{escape(page)}</loc></url>\n" for page in pages[:MAX_ADDRESSES])
        namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
        xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">\n{addresses}</urlset>\n'
        return Rendered(xml.encode())

    # With tens of thousands of records it takes a tenth of a second.
    return Plan(document_headers(request, "text/xml; charset=utf-8"), render, is_slow=True)
