"""Evidence that people can read: what it shows of the sentence that it cites, in every language."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from app.build.pipeline import build
from app.db import connections
from app.languages import LANGUAGES, Language
from app.main import create_app
from app.settings import Settings
from tests.client import Client
from tests.languages import EN, HANS, HANT
from tests.lists import LISTS
from tests.tracing import traced

Record = dict[str, Any]

every_language = pytest.mark.parametrize("language", LANGUAGES)
every_path = pytest.mark.parametrize("path", LISTS)


def records(client: Client, path: str, language: Language, *parts: str) -> list[Record]:
    include = "".join(f"&include={part}" for part in parts)
    found: list[Record] = client.get(f"/v1/{path}?limit=200&lang={language}{include}")["data"]
    assert found
    return found


@every_path
@every_language
def test_evidence_shows_its_source_and_the_paraphrase_of_its_sentence(
    both: Client, path: str, language: Language
) -> None:
    sources = {source["id"]: source for source in records(both, "sources", language)}
    for record in records(both, path, language, "evidence"):
        for evidence in record["evidence"]:
            source = sources[evidence["source"]]
            (sentence,) = (
                each
                for each in source["sentences"]
                if (each["paragraph"], each["sentence"]) == (evidence["paragraph"], evidence["sentence"])
            )
            assert sentence["start"] <= evidence["start"] < evidence["end"] <= sentence["end"]
            shown = {
                name: evidence[name] for name in ("source_title", "publisher", "url", "not_given_note", "paraphrase")
            }
            assert shown == {
                "source_title": source["title"],
                "publisher": source["publisher"]["name"],
                "url": source["url"],
                "not_given_note": source["not_given_note"],
                "paraphrase": sentence["paraphrase"],
            }
            assert evidence["not_given_note"]


@pytest.mark.slow
def test_a_source_without_anything_missing_has_no_note_of_it(seeds: Path, tmp_path: Path) -> None:
    file = seeds / "pingliang" / "sources.yaml"
    text = file.read_text(encoding="utf-8")
    start, end = text.index("    author: null\n    url: null\n"), text.index("    published:\n")
    known = "    author: {zh-Hant: 佚名, zh-Hans: 佚名, en: nobody}\n    url: https://example.org/a?b=c&d\n"
    text = text[:start] + known + text[end:]
    start, end = text.index("    not_given_note:\n"), text.index("    note:\n")
    file.write_text(text[:start] + text[end:], encoding="utf-8")
    client = Client(create_app(Settings(data=build(seeds, tmp_path / "database.sqlite3").path)))
    outcome = client.get("/v1/outcomes/pingliang-audience?include=evidence&lang=en")["data"]
    (evidence,) = {(each["url"], each["not_given_note"]) for each in outcome["evidence"]}
    assert evidence == ("https://example.org/a?b=c&d", None)


def quotation(client: Client, path: str) -> list[tuple[str, int, str | None]]:
    found = client.get(f"/v1/{path}?include=evidence")["data"]["evidence"]
    return [(each["supports"], each["start"], each["as_stated"]) for each in found]


def test_evidence_has_what_is_quoted_from_it(both: Client) -> None:
    assert quotation(both, "outcomes/tianshui-activities-held") == [("", 100, "83場")]
    assert quotation(both, "outcomes/tianshui-claim-notable-results") == [("", 131, None)]
    # The date has no evidence of its own, and its words are too long for none of the event's two places.
    assert quotation(both, "events/tianshui-themed-symposium")[:3] == [
        ("", 225, "2024年9月20日"),
        ("", 272, None),
        ("/purpose", 333, None),
    ]
    assert quotation(both, "sources/pingliang-report") == [
        ("", 0, None),
        ("", 554, None),
        ("/published", 564, "2025年6月20日"),
    ]
    campaign = dict.fromkeys(("", "/reporting_period"))
    for supports, _, words in quotation(both, "campaigns/pingliang"):
        if words is not None:
            assert campaign[supports] is None
            campaign[supports] = words
    assert campaign == {"": "“平安上学路”交通安全进校园活动", "/reporting_period": "2024年12月至2025年5月"}


@every_path
def test_everything_that_is_quoted_is_in_one_piece_of_evidence(both: Client, path: str) -> None:
    def quoted(node: Any) -> list[str]:
        if isinstance(node, list):
            return [words for item in node for words in quoted(item)]
        if not isinstance(node, dict):
            return []
        own = [node[key] for key in ("as_stated", "name_as_stated") if node.get(key)]
        return own + [words for key, value in node.items() if key != "evidence" for words in quoted(value)]

    for record in records(both, path, HANT, "evidence"):
        shown = [evidence["as_stated"] for evidence in record["evidence"] if evidence["as_stated"]]
        # Of two quotations from one place the first is shown.
        assert set(shown) <= set(quoted(record))
        assert bool(shown) == bool(quoted(record))
        assert all(
            evidence["end"] - evidence["start"] >= len(evidence["as_stated"] or "") for evidence in record["evidence"]
        )


def localise(record: Record, language: Language) -> None:
    """Replace every text by its translation, as an app does."""
    for translation in record["translations"]:
        *steps, last = translation["field"].split("/")[1:]
        part: Any = record
        for step in steps:
            part = part[int(step) if isinstance(part, list) else step]
        (part[last if isinstance(part, dict) else int(last)],) = (
            text["text"] for text in translation["texts"] if text["language"] == language
        )


@pytest.mark.parametrize("campaign", ["tianshui", "pingliang"])
@every_language
def test_a_snapshot_in_any_language_is_the_one_in_each_other(both: Client, campaign: str, language: Language) -> None:
    bodies = {each: both.get(f"/v1/campaigns/{campaign}/snapshot?lang={each}")["data"] for each in LANGUAGES}
    for other in LANGUAGES:
        found = deepcopy(bodies[language])
        for part in ("campaign", "summary"):
            localise(found[part], other)
        for part in ("sources", "locations", "events", "outcomes"):
            for record in found[part]:
                localise(record, other)
        assert found == bodies[other]


@every_path
@every_language
def test_the_texts_of_evidence_are_translated_where_both_are_included(
    both: Client, path: str, language: Language
) -> None:
    alone = records(both, path, language, "translations")
    evidence = records(both, path, language, "evidence")
    for plain, shown, whole in zip(
        alone, evidence, records(both, path, language, "evidence", "translations"), strict=True
    ):
        assert whole["evidence"] == shown["evidence"]
        count = len(plain["translations"])
        assert whole["translations"][:count] == plain["translations"]
        added = {translation["field"] for translation in whole["translations"][count:]}
        texts = ("source_title", "publisher", "not_given_note", "paraphrase")
        assert added == {
            f"/evidence/{index}/{name}"
            for index, each in enumerate(shown["evidence"])
            for name in texts
            if each[name] is not None
        }
        own = {"tianshui-report": HANT, "pingliang-report": HANS}
        for translation in whole["translations"][count:]:
            _, _, index, name = translation["field"].split("/")
            if name == "paraphrase":
                origins = {text["language"]: text["origin"] for text in translation["texts"]}
                assert origins[own[shown["evidence"][int(index)]["source"]]] == "editorial"


@pytest.mark.parametrize(
    ("query", "in_thread"),
    [
        ("limit=51&include=evidence&include=translations", True),
        ("limit=50&include=evidence&include=translations", False),
        ("limit=200&include=evidence", False),
    ],
)
def test_a_large_page_with_all_texts_is_rendered_in_a_thread(
    two_campaigns_database: Path, monkeypatch: pytest.MonkeyPatch, query: str, *, in_thread: bool
) -> None:
    # On a busy machine any page may exceed the budget.
    monkeypatch.setattr(connections, "INLINE_BUDGET_SECONDS", 60)
    app = create_app(Settings(data=two_campaigns_database))
    database = app.state.context.database
    with traced(*database.slow_readers.readers) as in_threads, traced(database.inline_reader) as inline:
        Client(app).get(f"/v1/sources?{query}")
    rendering = [any("json_text" in statement for statement in each) for each in (in_threads, inline)]
    assert rendering == [in_thread, not in_thread]


def test_a_page_without_records_has_no_evidence(both: Client) -> None:
    page = both.get("/v1/events?date=1999&include=evidence&include=translations")
    assert (page["data"], page["meta"]["total"]) == ([], 0)


def test_a_paraphrase_belongs_to_the_version_of_its_campaign(seeds: Path, both: Client, tmp_path: Path) -> None:
    """Snapshots have what other campaigns say of their places, so a text there may change more than one body."""
    file = seeds / "pingliang" / "sources.yaml"
    text = file.read_text(encoding="utf-8")
    old, new = "the roads around schools were covered", "those around schools were covered"
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    client = Client(create_app(Settings(data=build(seeds, tmp_path / "database.sqlite3").path)))
    versions = [{each["id"]: each["version"] for each in one.get("/v1/campaigns")["data"]} for one in (both, client)]
    assert versions[0]["tianshui"] == versions[1]["tianshui"]
    assert versions[0]["pingliang"] != versions[1]["pingliang"]
    for campaign in ("tianshui", "pingliang"):
        target = f"/v1/campaigns/{campaign}/snapshot?lang={EN}"
        before, after = both.request(target), client.request(target)
        assert (before.headers["etag"] == after.headers["etag"]) == (before.content == after.content)
