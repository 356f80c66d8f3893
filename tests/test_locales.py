"""A language is one file and its texts in the seeds; a file that does not fit is refused at startup."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from _pytest.mark import ParameterSet

from app.build.common.yaml_reader import read_yaml
from app.db.database import open_database
from app.db.read_only import DatabaseOpenError
from app.languages import LANGUAGES
from app.locales import LocaleError, read_locales
from tests.conftest import ROOT
from tests.serving import running

LOCALES = ROOT / "app" / "locales"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the application and of its seeds."""
    for folder in ("app", "migrations", "seeds"):
        # With the compiled modules, which Python would make again in each process.
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the copy."""
    environment = os.environ | {"PYTHONPATH": str(project)}
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def repeat_english(seeds: Path, tag: str) -> None:
    """Repeat every English text of the seeds under another language's tag; writes JSON, which is YAML too."""

    def repeat(node: Any) -> None:
        if isinstance(node, dict):
            if set(LANGUAGES) <= node.keys():
                node[tag] = node["en"]
            for value in node.values():
                repeat(value)
        elif isinstance(node, list):
            for value in node:
                repeat(value)

    for path in seeds.rglob("*.yaml"):
        content = read_yaml(path).value
        repeat(content)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


@pytest.mark.slow
def test_a_language_is_added_by_one_file_and_the_seeds(project: Path, tianshui_database: Path) -> None:
    """A database without the language is built again; a server without it refuses the new one."""
    database = project / ".data/campaigns.sqlite3"
    database.parent.mkdir()
    shutil.copy(tianshui_database, database)
    english = (project / "app/locales/en.toml").read_text(encoding="utf-8")
    german = english.replace('tag = "en"', 'tag = "de"').replace('symposium = "symposium"', 'symposium = "Symposium"')
    (project / "app/locales/de.toml").write_text(german, encoding="utf-8")
    repeat_english(project / "seeds", "de")
    with running(cwd=project, settings={"PYTHONPATH": str(project)}) as server, httpx.Client() as client:

        def send_request(path: str, **headers: str) -> httpx.Response:
            response = client.get(server.address + path, headers=headers)
            assert response.status_code == 200, response.text
            return response

        for path in ("/v1/events?limit=200", "/v1/campaigns/tianshui/summary", "/v1/search?q=symposium"):
            separator = "&" if "?" in path else "?"
            in_english, in_german = (send_request(f"{path}{separator}lang={tag}") for tag in ("en", "de"))
            assert in_german.headers["content-language"] == "de"
            assert in_german.json()["data"]
            differing = re.sub(r'"name":"[Ss]ymposium"', '"name":""', in_german.text.replace("lang=de", "lang=en"))
            same = re.sub(r'"name":"[Ss]ymposium"', '"name":""', in_english.text)
            assert differing.replace('"language":"de"', '"language":"en"') == same
        assert send_request("/v1/events", **{"Accept-Language": "de-AT, en;q=0.5"}).headers["content-language"] == "de"
        assert send_request("/v1/events.csv?lang=de").text.count("Symposium") > send_request(
            "/v1/events.csv?lang=en"
        ).text.count("Symposium")
        (counted,) = (
            value
            for value in send_request("/v1/events?facet=category&lang=de").json()["meta"]["facets"]["category"]
            if value["id"] == "symposium"
        )
        assert counted["name"] == "Symposium"
        (translation, *_) = send_request("/v1/events?include=translations").json()["data"][0]["translations"]
        assert [text["language"] for text in translation["texts"]] == ["zh-Hant", "zh-Hans", "de", "en"]
        assert [text["origin"] for text in translation["texts"]][2:] == ["translated", "translated"]
        schemas = send_request("/openapi.json").json()["components"]["schemas"]
        assert schemas["Language"]["enum"] == ["zh-Hant", "zh-Hans", "de", "en"]
        assert client.get(f"{server.address}/v1/events?lang=fr").status_code == 422
    with pytest.raises(DatabaseOpenError) as refused:
        open_database(database)
    languages = "zh-Hant zh-Hans de en, and this service has zh-Hant zh-Hans en"
    assert str(refused.value) == f"{database}: has the languages {languages}; run `campaign-api build`"


def slow(change: Callable[[str], str], message: str) -> ParameterSet:
    """Return a case of the slow tests: each starts a process."""
    return pytest.param(change, message, marks=pytest.mark.slow)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace('lecture = "lecture"\n', ""), "codes.EventCategory.lecture is missing"),
        slow(
            lambda text: text.replace('about = "About"\n', 'about = "About"\nabut = "x"\n'), "phrases.abut is unknown"
        ),
        slow(
            lambda text: text.replace("[columns.event]\n", '[columns.event]\nage = "age"\n'),
            "columns.event.age is unknown",
        ),
        (lambda text: text + '\n[codes.Colour]\nred = "red"\n', "the table codes.Colour is unknown"),
        slow(
            lambda text: text.replace("from {start} to", "from {begin} to"),
            "phrases.some_time must have the placeholders",
        ),
        slow(lambda text: text.replace("[months]\n1 = ", "[months]\n13 = "), "months.1 is missing"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_at_startup(
    project: Path, change: Callable[[str], str], message: str
) -> None:
    path = project / "app/locales/en.toml"
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    program = "from app.main import create_app; from app.settings import Settings; create_app(Settings(data='none'))"
    (*_, last) = run(project, "-c", program).stderr.splitlines()
    assert last.startswith(f"app.locales.LocaleError: {path}: {message}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "message"),
    [("order = 3", "order is missing"), ('lecture = "lecture"\n', "codes.EventCategory.lecture is missing")],
)
def test_the_editors_commands_report_such_a_file_in_one_line(project: Path, line: str, message: str) -> None:
    path = project / "app/locales/en.toml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(line, ""), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    for program in ("app", "app.build"):
        checked = run(project, "-m", program, "check")
        assert (checked.returncode, checked.stdout, checked.stderr) == (1, "", f"{path}: {message}\n")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("order = 3", ""), "order is missing"),
        (lambda text: text.replace("order = 3", 'order = "3"'), "order must be of type int"),
        (lambda text: "colour = 1\n" + text, "colour is unknown"),
        (lambda text: text.replace('tag = "en"', 'tag = "fr"'), "tag must be en, the name of the file"),
        (lambda text: text.replace('sorts_by = "words"', 'sorts_by = "length"'), "sorts_by must be pinyin or words"),
        (lambda text: text.replace('1 = "January"', "1 = 1"), "months.1 must be text"),
        (lambda text: text.replace('1 = "January"', '1 = ""'), "months.1 must be text"),
        (lambda text: text + "[", ""),
    ],
)
def test_a_file_that_is_no_locale_is_refused(tmp_path: Path, change: Callable[[str], str], message: str) -> None:
    folder = Path(shutil.copytree(LOCALES, tmp_path / "locales"))
    path = folder / "en.toml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(LocaleError) as raised:
        read_locales(folder)
    assert str(raised.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize("key", ["pinyin_source", "gazetteer"])
def test_exactly_one_language_is_used_for_pinyin_and_for_places(tmp_path: Path, key: str) -> None:
    folder = Path(shutil.copytree(LOCALES, tmp_path / "locales"))
    path = folder / "en.toml"
    path.write_text(re.sub(rf"(?m)^{key} = false", f"{key} = true", path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(LocaleError, match=rf"{key} must be true in exactly one file"):
        read_locales(folder)


def test_languages_have_the_order_of_their_files() -> None:
    assert [locale.tag for locale in read_locales(LOCALES)] == list(LANGUAGES)
