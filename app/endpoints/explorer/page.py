"""The HTML of a page as the server sends it, before its script runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from app.endpoints.explorer.files import MAIN, files_digest, modules_of
from app.endpoints.explorer.site import Site, anchor, fill, script_json
from app.endpoints.explorer.subjects import Campaign
from app.endpoints.explorer.words import SHORT_NAMES, script_words
from app.endpoints.home import LINK_TITLES
from app.languages import LANGUAGE_NAMES, LANGUAGES, Tree

PREVIEW_IMAGE = "preview.png"
"""The icon too. A square of 400 pixels; previews of links in chats need at least 300."""


@dataclass(frozen=True)
class Page:
    """One page in one language."""

    site: Site
    view: str
    """What it shows: `campaigns`, or a resource such as `event`."""
    path: str
    """The path of its canonical address, without the path of the base URL."""
    title: str
    description: str
    main: str
    """HTML."""
    linked_data: Tree
    names: Mapping[str, str]
    """The short names of all campaigns, by id."""
    campaign: Campaign | None = None
    """The campaign that it shows; None for the list of several."""

    def render(self) -> str:
        """Return the page as HTML."""
        scripts = (
            f'<script type="application/json" id="config">{script_json(self._config())}</script>',
            f'<script type="application/ld+json">{script_json(self.linked_data)}</script>',
            f'<script type="module" src="{escape(self.site.files)}/{MAIN}"></script>',
        )
        return render_shell(
            self.site,
            view=self.view,
            title=self.title,
            description=self.description,
            short_name=self._site_name(),
            head=[*self._head()],
            search_form=self._search_form(),
            main=self.main,
            footer=[*self._footer()],
            scripts=scripts,
        )

    def _site_name(self) -> str:
        if self.campaign is None:
            return LINK_TITLES["title"][self.site.language]
        return self.names[self.campaign.id]

    def _head(self) -> Iterator[str]:
        site = self.site
        url = escape(site.origin + self.path)
        yield f'<link rel="canonical" href="{url}?lang={site.language}">'
        for one in LANGUAGES:
            yield f'<link rel="alternate" hreflang="{one}" href="{url}?lang={one}">'
        yield f'<link rel="alternate" hreflang="x-default" href="{url}">'
        properties = {
            "og:type": "website" if self.view in ("campaign", "campaigns") else "article",
            "og:title": self.title,
            "og:description": self.description,
            "og:site_name": self._site_name(),
            "og:locale": site.words["og_locale"],
            "og:url": f"{site.origin}{self.path}?lang={site.language}",
            "og:image": f"{site.origin}/explorer/{files_digest()}/{PREVIEW_IMAGE}",
        }
        for name, content in properties.items():
            yield f'<meta property="{name}" content="{escape(content)}">'
        if site.context.settings.tile_url:
            # Tile servers such as OpenStreetMap's refuse requests without Referer, which Referrer-Policy suppresses.
            yield '<meta name="referrer" content="strict-origin">'
        for module in modules_of(MAIN):
            yield f'<link rel="modulepreload" href="{escape(site.files)}/{module}">'

    def _search_form(self) -> str:
        if self.campaign is None:
            return ""
        site = self.site
        path = "/" if len(self.names) == 1 else f"/campaigns/{self.campaign.id}"
        label, button = escape(site.words["search_label"]), escape(site.words["search"])
        return (
            f'<form class="search" role="search" action="{escape(site.context.base_path)}{path}" method="get">'
            f'<label for="q" class="hidden">{label}</label>'
            f'<input type="search" id="q" name="q" maxlength="{site.context.settings.max_search_length}"'
            f' placeholder="{button}" autocomplete="off" enterkeyhint="search">'
            f'<button type="submit" class="button">{button}</button></form>\n'
        )

    def _footer(self) -> Iterator[str]:
        site, campaign = self.site, self.campaign
        if campaign is not None:
            licence = campaign.record["licence"]
            link = anchor((licence["url"], site.words["licence"].format(name=licence["id"])), ' rel="license"')
            yield f"{link} {escape(licence['attribution'])}"
            for credit in campaign.summary["credits"]:
                yield escape(credit)
            for source in campaign.sources:
                text = site.words["publisher"].format(name=source["publisher"]["name"])
                yield anchor((source["url"], text)) if source["url"] else escape(text)
        version = site.words["version"].format(version=site.context.database.version)
        yield f"{anchor((site.docs, site.words['documentation']))} · <span>{escape(version)}</span>"

    def _config(self) -> Tree:
        """Return the configuration of the script."""
        site = self.site
        settings, database = site.context.settings, site.context.database
        tiles = {"url": settings.tile_url, "attribution": settings.tile_attribution, "datum": settings.tile_datum}
        campaign = self.campaign
        return {
            "base": site.context.base_path,
            "language": site.language,
            "languages": [{"tag": one, "name": LANGUAGE_NAMES[one], "short": SHORT_NAMES[one]} for one in LANGUAGES],
            "digest": files_digest(),
            "version": database.version,
            "campaign": campaign and campaign.id,
            "campaigns": [{"id": id_, "short_name": name} for id_, name in self.names.items()],
            "only": len(self.names) == 1,
            "source_language": campaign.record["source_language"] if campaign else database.language,
            "max_limit": settings.max_limit,
            "tiles": tiles if settings.tile_url else None,
            "words": script_words(site.language),
        }


def render_shell(
    site: Site,
    *,
    view: str,
    title: str,
    description: str,
    short_name: str,
    head: list[str],
    main: str,
    footer: list[str],
    search_form: str = "",
    scripts: tuple[str, ...] = (),
) -> str:
    """Return the HTML of a page; `head`, `search_form`, `main`, `footer` and `scripts` are HTML, the others text."""
    links = []
    for one in LANGUAGES:
        current = ' aria-current="true"' if one is site.language else ""
        attributes = f' lang="{one}" hreflang="{one}" title="{escape(LANGUAGE_NAMES[one])}"{current}'
        links.append(anchor((f"?lang={one}", SHORT_NAMES[one]), attributes))
    return fill(
        "page.html",
        lang=site.language,
        title=escape(title),
        description=escape(description),
        base=escape(site.context.base_path),
        files=escape(site.files),
        head="".join(f"{line}\n" for line in head),
        home=escape(site.page("/")),
        short_name=escape(short_name),
        language_links=" ".join(links),
        search_form=search_form,
        view=view,
        main=main,
        footer_items="".join(f"<p>{item}</p>\n" for item in footer),
        scripts="".join(f"{line}\n" for line in scripts),
        **{key: escape(site.words[key]) for key in ("skip", "languages", "footer")},
    )
