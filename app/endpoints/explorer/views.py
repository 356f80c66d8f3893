"""Makes the pages: that of a campaign, that of a record, and the list of campaigns."""

from collections.abc import Iterable
from html import escape

from app.db.connections import Reader
from app.db.identifiers import names_of_kind
from app.endpoints.explorer.linked_data import linked_campaign, linked_campaigns, linked_record
from app.endpoints.explorer.page import Page
from app.endpoints.explorer.site import Link, Site, anchor, fill, items
from app.endpoints.explorer.subjects import (
    Campaign,
    Subject,
    campaign_of,
    events_of,
    read_campaign,
    read_campaigns,
    read_subject,
)
from app.endpoints.home import LINK_TITLES
from app.http.context import ApiRequest
from app.languages import Tree, text_in
from app.model.codes import Resource

_HEADINGS = ("figures", "timeline", "filters", "map", "list", "share")


def campaign_page(site: Site, reader: Reader, id_: str) -> Page:
    """Return the page of a campaign."""
    campaign = read_campaign(reader, id_, site.language)
    path = f"/campaigns/{id_}"
    links: list[Link] = [
        (site.data("/events", f"campaign={id_}&"), site.words["events_json"]),
        (site.data("/events.csv", f"campaign={id_}&"), site.words["events_csv"]),
        (site.docs, site.words["documentation"]),
        *((site.page(f"/events/{one['id']}"), one["title"]) for one in events_of(reader, id_, site.language)),
    ]
    return Page(
        site=site,
        view=Resource.CAMPAIGN,
        path=path,
        title=campaign.record["name"],
        description=campaign.record["summary"],
        main=_main(site, campaign, None, links),
        linked_data=linked_campaign(site, campaign, site.origin + path),
        names=_names(site, reader),
        campaign=campaign,
    )


def record_page(site: Site, request: ApiRequest, reader: Reader, resource: Resource, number: int) -> Page:
    """Return the page of a record: that of its campaign, with the record open."""
    subject = read_subject(reader, resource, number, site.language)
    campaign = read_campaign(reader, campaign_of(reader, subject), site.language)
    path = f"/{resource}s/{subject.record['id']}"
    back = site.words["back"].format(name=campaign.record["short_name"])
    links = [(site.data(path), site.words["as_json"]), (site.page(f"/campaigns/{campaign.id}"), back)]
    return Page(
        site=site,
        view=resource,
        path=path,
        title=f"{subject.title} · {campaign.record['short_name']}",
        description=subject.description,
        main=_main(site, campaign, subject, links),
        linked_data=linked_record(site, request, reader, subject, campaign=campaign.id, url=site.origin + path),
        names=_names(site, reader),
        campaign=campaign,
    )


def list_page(site: Site, reader: Reader) -> Page:
    """Return the list of campaigns."""
    title, names = LINK_TITLES["title"][site.language], _names(site, reader)
    records = read_campaigns(reader, site.language)
    cards = []
    for record in records:
        link = anchor((site.page(f"/campaigns/{record['id']}"), record["name"]))
        summary = escape(record["summary"])
        cards.append(f'<li class="card"><h3>{link}</h3><p class="who">{_who(site, record)}</p><p>{summary}</p></li>')
    return Page(
        site=site,
        view="campaigns",
        path="/",
        title=title,
        description=site.words["list_description"],
        main=fill(
            "campaigns.html",
            title=escape(title),
            summary=escape(site.words["list_description"]),
            campaigns=escape(site.words["campaigns"]),
            cards="\n".join(cards),
        ),
        linked_data=linked_campaigns(site, records, title),
        names=names,
    )


def _names(site: Site, reader: Reader) -> dict[str, str]:
    return {id_: text_in(name, site.language) for id_, name in names_of_kind(reader, Resource.CAMPAIGN).items()}


def _who(site: Site, record: Tree) -> str:
    return escape(site.words["who"].format(implementer=record["implementer"]["name"], area=record["area"]["name"]))


def _main(site: Site, campaign: Campaign, subject: Subject | None, links: Iterable[Link]) -> str:
    """Return the content of a page; `links` are those of a reader without script."""
    shown = "" if subject is None else f"<h2>{escape(subject.title)}</h2><p>{escape(subject.description)}</p>"
    return fill(
        "campaign.html",
        name=escape(campaign.record["name"]),
        who=_who(site, campaign.record),
        summary=escape(campaign.record["summary"]),
        record_state=" hidden" if subject is None else "",
        record=shown,
        no_script=escape(site.words["no_script"]),
        links=items(links),
        **{key: escape(site.words[key]) for key in _HEADINGS},
    )
