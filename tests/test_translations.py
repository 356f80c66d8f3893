"""Every message and every text of the manual is translated, and no translation is of a text that there is no longer."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.languages import Language
from app.locales import placeholders
from tests.client import Client
from tests.languages import EN, HANS, HANT
from tests.test_locales import run
from tests.tools.translations import (
    FOLDERS,
    LOCALES,
    collect_manual,
    collect_messages,
    main,
    read_file,
    update,
    write_file,
)

COMMAND = "run python -m tests.tools.translations"


@pytest.fixture(scope="module")
def english(tianshui: Client) -> dict[str, list[str]]:
    """The English texts by folder."""
    document = tianshui.get("/openapi.json?lang=en")
    return dict(zip(FOLDERS, (collect_messages(), collect_manual(document)), strict=True))


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_text_is_translated_and_no_other(english: dict[str, list[str]], folder: str) -> None:
    written = read_file(folder, HANS)
    assert len(written) > 90
    files = {Language(file.stem) for file in (LOCALES / folder).glob("*.toml")}
    assert files >= {HANS, HANT}
    for language in files:
        expected = list(dict.fromkeys(written.values())) if language is HANT else english[folder]
        assert list(read_file(folder, language)) == expected, COMMAND


@pytest.mark.parametrize("folder", FOLDERS)
def test_codes_names_and_values_are_the_same_in_each_language(folder: str) -> None:
    for language in (HANS, HANT):
        for text, translated in read_file(folder, language).items():
            assert set(re.findall("`[^`]*`", translated)) == set(re.findall("`[^`]*`", text)), translated
            assert text.count("**") == translated.count("**"), translated
            if folder == "messages":
                assert placeholders(translated) == placeholders(text), translated


@pytest.mark.parametrize("folder", FOLDERS)
def test_chinese_is_written_in_chinese_punctuation(folder: str) -> None:
    for language in (HANS, HANT):
        for translated in read_file(folder, language).values():
            plain = re.sub("`[^`]*`", "", translated)
            for place in ("西,南,东,北", "西,南,東,北"):
                plain = plain.replace(place, "")
            assert not re.search(r"[一-鿿]\s*[,;:!?()]|[,;:!?(](?=[一-鿿])|[一-鿿]\.", plain), translated
            assert not re.search("[“”]" if language is HANT else "[「」]", plain), translated


def test_no_simplified_character_is_left() -> None:
    for folder in FOLDERS:
        for translated in read_file(folder, HANT).values():
            # A sentence about searching in either script shows both.
            shown = translated.replace("兩結合、两结合", "")
            # Big5 has the traditional characters alone.
            "".join(re.findall("[一-鿿]", shown)).encode("big5")


def texts_of(node: Any, key: str = "") -> Iterator[str]:
    """Iterate over the texts of an OpenAPI document for people, examples of data excluded."""
    if isinstance(node, list):
        for one in node:
            yield from texts_of(one)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in ("summary", "description") and key not in ("properties", "schemas"):
                yield value
            elif name not in ("example", "examples", "default", "enum"):
                yield from texts_of(value, name)


@pytest.mark.parametrize("language", [HANS, HANT])
def test_the_whole_manual_is_in_chinese(tianshui: Client, language: Language) -> None:
    english, document = (tianshui.get(f"/openapi.json?lang={one}") for one in (EN, language))
    assert len(list(texts_of(document))) == len(list(texts_of(english))) > 1000
    for text in texts_of(document):
        for paragraph in filter(None, text.split("\n")):
            assert re.search("[一-鿿]|^`.*`。$", paragraph), paragraph
    # The example of a search shows both scripts.
    assert "兩結合、两结合" in document["info"]["description"]
    assert document["info"]["title"] == {HANS: "宣传活动 API", HANT: "宣傳活動 API"}[language]
    (content,) = document["paths"]["/v1/events"]["get"]["responses"]["422"]["content"].values()
    example = content["example"]
    assert example["title"] == {HANS: "查询无效", HANT: "查詢無效"}[language]
    assert example["errors"][0]["code"] == "unknown_parameter"
    assert (
        example["errors"][0]["detail"]
        == {
            HANS: "不是此处的参数；是否想写 limit？",
            HANT: "不是此處的參數；是否想寫 limit？",
        }[language]
    )

    for schema, field in (("ProblemDocument", "title"), ("ParameterError", "detail")):
        for one in (english, document):
            assert one["components"]["schemas"][schema]["properties"][field].pop("examples")
    assert without_texts(document) == without_texts(english)


def without_texts(node: Any) -> Any:
    if isinstance(node, list):
        return [without_texts(one) for one in node]
    if isinstance(node, dict):
        texts = ("title", "summary", "description", "detail")
        return {name: without_texts(one) for name, one in node.items() if name not in texts or not isinstance(one, str)}
    return node


def test_the_tool_describes_itself(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["translations", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "the texts that lack a translation" in capsys.readouterr().out


def test_a_template_must_be_a_literal(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text('name = "x"\nmessage(f"has {name}")\n', encoding="utf-8")
    with pytest.raises(TypeError, match=r"module\.py:2: the template of a message must be a literal"):
        collect_messages(tmp_path)


def test_a_correction_stays_until_the_simplified_text_changes(tmp_path: Path) -> None:
    write_file("messages", HANS, EN, {"one": "默认值", "two": "数据", "gone": "字符"}, tmp_path)
    assert update("messages", ["two", "one", "new"], tmp_path) == ({"gone": "字符"}, ["new"])
    assert read_file("messages", HANS, tmp_path) == {"two": "数据", "one": "默认值"}
    assert read_file("messages", HANT, tmp_path) == {"数据": "資料", "默认值": "預設值"}
    write_file("messages", HANT, HANS, {"数据": "數據", "默认值": "內定值"}, tmp_path)
    write_file("messages", HANS, EN, {"two": "数据", "one": "缺省值"}, tmp_path)
    assert update("messages", ["one", "two"], tmp_path) == ({}, [])
    assert read_file("messages", HANT, tmp_path) == {"缺省值": "缺省值", "数据": "數據"}


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("{count} 次", "{number} 次", "must have the placeholders of"),
        pytest.param("[texts]", "[text]", "`texts`", marks=pytest.mark.slow),
        pytest.param('= "未找到"', '= ""', "`texts`", marks=pytest.mark.slow),
    ],
)
def test_a_file_of_messages_that_does_not_fit_is_refused_at_startup(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    shutil.copytree(LOCALES.parent, tmp_path / "app")
    path = tmp_path / "app/locales/messages/zh-Hans.toml"
    content = path.read_text(encoding="utf-8")
    assert before in content
    path.write_text(content.replace(before, after), encoding="utf-8")
    program = "from app.main import create_app; from app.settings import Settings; create_app(Settings(data='none'))"
    (*_, last) = run(tmp_path, "-c", program).stderr.splitlines()
    assert last.startswith("app.locales.LocaleError: ")
    assert message in last
