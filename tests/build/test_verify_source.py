import re
from pathlib import Path

import pytest

from app.build.__main__ import main
from app.build.pipeline import read_checked
from app.build.reader import read_seeds
from app.build.verify_source import VerificationError, strip_pinyin_notes, verify_source
from tests.conftest import CAMPAIGNS, SEEDS

pytestmark = pytest.mark.slow

TEXTS = CAMPAIGNS / "pingliang-source"
CLEANED = TEXTS / "cleaned.txt"
RECEIVED = TEXTS / "received.txt"


def differences(folder: Path, file: Path, source: str | None = None) -> list[str]:
    seeds = read_checked(folder)
    with pytest.raises(VerificationError) as caught:
        verify_source(seeds, file, source)
    return str(caught.value).split("\n")


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def altered(folder: Path, of: Path, old: str, new: str) -> Path:
    file = folder / "altered.txt"
    text = of.read_bytes().decode()
    assert text.count(old) == 1
    file.write_bytes(text.replace(old, new).encode())
    return file


@pytest.mark.parametrize("file", [CLEANED, RECEIVED])
@pytest.mark.parametrize("source", [None, "pingliang-report"])
def test_the_text_is_confirmed_as_received_and_as_cleaned(lone_seeds: Path, file: Path, source: str | None) -> None:
    first, *compared = verify_source(read_checked(lone_seeds), file, source).split("\n")
    assert first == f"{file} is pingliang-report"
    of_received = "" if file is CLEANED else "received and of the "
    assert compared[:3] == [
        "compared with the text, without a difference:",
        f"  the digest of the {of_received}cleaned text",
        "  12 sentences by their digests, 1 corrections",
    ]
    assert ("  the digest of the received text: this one is without its 11 pinyin notes" in compared) == (
        file is CLEANED
    )


def test_what_was_compared_is_counted_and_what_was_not(lone: Path) -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in (lone / "pingliang").iterdir())
    facts = text.count("as_stated: ") - text.count("as_stated: null")
    printed = verify_source(read_checked(lone), CLEANED)
    assert f"\n  {facts} figures, dates and names as printed, each within its evidence\n" in printed
    assert "\n  47 texts marked as the source's own, each within a sentence of its evidence\n" in printed
    places = text.count("{source: ")
    (found,) = re.findall(rf"\n  (\d+) of {places} places of evidence, which have such words\n", printed)
    assert (
        f"\n  {places - int(found)} places of evidence, which support the editors' words; --show-evidence " in printed
    )
    assert "\n  12 paraphrases, whose numbers are printed in their sentences\n" in printed
    # Parents, pupils, lectures, patrols and the Four Things; the 30th day of safety education; four figures.
    assert "\n  10 counts, ordinals and figures, each printed in its evidence, in any numerals\n" in printed
    assert "\n  0 numbers that the editors derived\n" in printed
    assert "\n  1 dates, which quote nothing\n" in printed
    every = text.count("zh-Hans: ")
    assert f"\n  {every - 47 - 1} texts in the editors' words, none of which copies 9 characters " in printed


def test_the_text_of_evidence_that_quotes_nothing_is_shown(lone: Path) -> None:
    seeds, text = read_checked(lone), CLEANED.read_bytes().decode()
    plain, shown = verify_source(seeds, CLEANED), verify_source(seeds, CLEANED, show_evidence=True)
    lines = [line for line in shown.split("\n") if line not in plain.split("\n")]
    assert lines[0].endswith("; read what the text has there")
    places = [re.fullmatch(r"(\S+):\d+:\d+: (\S+): (\d+) to (\d+): (.+)", line) for line in lines[1:]]
    assert int(lines[0].split()[0]) == len(places)
    for place in places:
        assert place is not None
        assert place[5] == text[int(place[3]) : int(place[4])]
    assert f"{lone}/pingliang/campaign.yaml features[0].evidence[0] 民警会同崆峒区12支家长护学队" in [
        f"{place[1]} {place[2]} {place[5]}" for place in places if place
    ]
    # It would be shown if it quoted nothing.
    assert not any(place and place[2].startswith("outcomes[1].") for place in places)


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "number"),
    [
        ("events.yaml", "count: 200\n", "count: 210\n", "events[0].participants[0].count", 210),
        ("events.yaml", "count: 1000\n", "count: 100\n", "events[2].participants[1].count", 100),
        ("events.yaml", "series_count: 3\n", "series_count: 31\n", "events[2].series_count", 31),
        ("campaign.yaml", "item_count: 4\n", "item_count: 5\n", "programmes[0].item_count", 5),
        ("campaign.yaml", " count: 12\n", " count: 1\n", "organisations[2].count", 1),
        ("campaign.yaml", "ordinal: 30\n", "ordinal: 3\n", "historical_context[0].ordinal", 3),
    ],
)
def test_a_number_that_is_not_printed_is_reported(
    lone: Path, file: str, old: str, *, new: str, field: str, number: int
) -> None:
    replace(lone / "pingliang" / file, old, new)
    (printed,) = differences(lone, CLEANED)
    assert re.fullmatch(
        rf"{re.escape(field)}: {number} is no number of its evidence \([\d to,]+\)",
        printed[len(str(lone)) :].partition(": ")[2],
    )


def test_a_derived_number_is_listed_as_not_compared(lone: Path) -> None:
    replace(lone / "pingliang" / "campaign.yaml", "item_count: 4\n", "item_count: 7\n")
    replace(lone / "pingliang" / "campaign.yaml", "item_count_basis: stated\n", "item_count_basis: derived\n")
    replace(
        lone / "pingliang" / "campaign.yaml",
        "    items:\n",
        "    note: {zh-Hans: 由编者数出, zh-Hant: 由編者數出, en: Counted by the editors}\n    items:\n",
    )
    _, not_compared = verify_source(read_checked(lone), CLEANED).split("not compared:\n")
    assert "  1 numbers that the editors derived\n" in not_compared
    assert re.search(r"\n    \S+campaign.yaml:\d+:\d+: programmes\[0\]\.item_count: 7\n", not_compared)


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "place"),
    [
        (
            "events.yaml",
            "zh-Hans: 交通安全知识竞赛,",
            "zh-Hans: 交通安全智力竞赛,",
            "events[5].title",
            "485 to 528",
        ),
        ("events.yaml", "zh-Hans: 图文,", "zh-Hans: 海报,", "events[4].forms[1]", "437 to 484"),
        (
            "locations.yaml",
            "zh-Hans: 示例小学,",
            "zh-Hans: 示范小学,",
            "locations[2].name",
            "228 to 234, 391 to 395, 506 to 510",
        ),
        ("outcomes.yaml", "zh-Hans: 份,", "zh-Hans: 本,", "outcomes[1].unit.name", "141 to 152"),
        ("sources.yaml", "zh-Hans: 来源,", "zh-Hans: 主办,", "sources[0].publisher_role", "0 to 21, 554 to 576"),
        # As in the text, but in a sentence that is not its evidence.
        ("events.yaml", "zh-Hans: 学生们,", "zh-Hans: 家长,", "events[3].participants[0].name", "421 to 430"),
        (
            "campaign.yaml",
            "zh-Hans: 走斑马线, en: use the zebra crossing, origin: source",
            "zh-Hans: 走人行横道, en: use the zebra crossing, origin: source",
            "programmes[0].items[0]",
            "106 to 140",
        ),
    ],
)
def test_a_text_marked_as_the_sources_own_that_is_not_is_reported(
    lone: Path, file: str, old: str, *, new: str, field: str, place: str
) -> None:
    replace(lone / "pingliang" / file, old, new)
    (printed,) = differences(lone, CLEANED)
    words = new.removeprefix("zh-Hans: ").partition(",")[0]
    assert printed.partition(": ")[2] == (
        f"{field}: {words!r} is marked as the source's own and is in no sentence of its evidence ({place}); "
        "correct it, or mark it origin: editorial"
    )


def test_a_text_of_the_editors_need_not_be_in_the_source(lone: Path) -> None:
    replace(
        lone / "pingliang" / "events.yaml",
        "zh-Hans: 交通安全知识竞赛, en: Road safety quiz",
        "zh-Hans: 交通安全智力竞赛, en: Road safety quiz, origin: editorial",
    )
    assert "\n  46 texts marked as the source's own" in verify_source(read_checked(lone), CLEANED)


def test_names_are_compared_without_punctuation_and_with_the_corrections(lone: Path) -> None:
    events = lone / "pingliang" / "events.yaml"
    # The text has 复 there, which is corrected, and a comma.
    replace(events, "zh-Hans: 通学路联合排查, en", "zh-Hans: 通学路联合排查 「覆盖学校周边道路」, en")
    verify_source(read_checked(lone), CLEANED)
    replace(events, "「覆盖学校周边道路」", "「复盖学校周边道路」")
    (printed,) = differences(lone, CLEANED)
    assert "'通学路联合排查 「复盖学校周边道路」' is marked as the source's own" in printed


@pytest.mark.parametrize("words", ["覆盖面", "全覆盖", "覆蓋"])
def test_the_word_of_a_correction_is_in_the_corrected_text(lone: Path, words: str) -> None:
    replace(lone / "pingliang" / "sources.yaml", "zh-Hans: 覆盖, en", f"zh-Hans: {words}, en")
    (printed,) = differences(lone, CLEANED)
    assert re.fullmatch(rf"pingliang-report: the corrected text has '.*覆盖.*' around 297, not '{words}'", printed)


@pytest.mark.parametrize(
    ("of", "old", "new", "length"),
    [(CLEANED, "3.5公里", "3.6公里", 577), (RECEIVED, "3.5公里", "3.6公里", 577), (CLEANED, "回顾\n", "回顾\n\n", 578)],
    ids=["cleaned", "received", "a line more"],
)
def test_a_text_that_differs_is_reported_by_its_digest(
    lone: Path, tmp_path: Path, of: Path, old: str, *, new: str, length: int
) -> None:
    file = altered(tmp_path, of, old, new)
    (nobodys,) = differences(lone, file)
    assert nobodys.startswith(f"the text ({length} code points without notes, SHA-256 ")
    assert "is none of: pingliang-report; name one with --source to see how it differs" in nobodys
    printed = differences(lone, file, "pingliang-report")
    assert printed[0].startswith(
        f"{file} is not the text of pingliang-report: the cleaned text has {length} code points"
    )
    assert printed[0].endswith("the seeds say 577 and d4c576d26c497a9d07b50062500012055293a71d61af4ba9a9043ec4d68803be")
    if of is RECEIVED:
        assert printed[1].startswith(
            f"{file} is not the text of pingliang-report: the received text has 632 code points"
        )
    assert len(printed) == (2 if of is RECEIVED else 1)


def test_a_note_that_differs_is_reported(lone: Path, tmp_path: Path) -> None:
    file = altered(tmp_path, RECEIVED, "绿(lǜ)色", "绿色")
    printed = differences(lone, file)
    prefix = f"{file} is not the text of pingliang-report: "
    assert [line.removeprefix(prefix)[:40] for line in printed] == [
        "the received text has 628 code points an",
        "it has 10 pinyin notes where the seeds s",
    ]


def test_windows_line_ends_are_another_text(lone: Path, tmp_path: Path) -> None:
    file = tmp_path / "windows.txt"
    file.write_bytes(CLEANED.read_bytes().replace(b"\n", b"\r\n"))
    assert "has 581 code points" in differences(lone, file, "pingliang-report")[0]


def test_a_wrong_file_is_reported_with_the_sources_that_there_are(two_seeds: Path) -> None:
    (printed,) = differences(two_seeds, SEEDS / "places.yaml")
    assert "is none of: pingliang-report, tianshui-report; name one with --source" in printed


def test_the_text_of_another_source_is_reported(two_seeds: Path) -> None:
    (printed,) = differences(two_seeds, CLEANED, "tianshui-report")
    assert printed.startswith(f"{CLEANED} is not the text of tianshui-report: the cleaned text has 577 code points")
    assert "the seeds say 1306 and " in printed


def test_an_unknown_source_is_reported_with_those_that_there_are(two_seeds: Path) -> None:
    assert differences(two_seeds, CLEANED, "lanzhou-report") == [
        "there is no source 'lanzhou-report'; one of: pingliang-report, tianshui-report"
    ]


def test_a_file_that_is_not_utf8_is_reported(lone: Path, tmp_path: Path) -> None:
    file = tmp_path / "gb18030.txt"
    file.write_bytes("平".encode() + "凉市".encode("gb18030"))
    (printed,) = differences(lone, file)
    assert printed.startswith(f"{file}: byte 3 is not UTF-8; give the text as plain UTF-8")


@pytest.mark.parametrize(("name", "reason"), [("nowhere.txt", "No such file or directory"), ("", "Is a directory")])
def test_a_file_that_cannot_be_read_is_reported(lone: Path, tmp_path: Path, name: str, reason: str) -> None:
    file = tmp_path / name
    assert differences(lone, file) == [f"{file}: cannot be read: {reason}"]


def test_words_copied_from_the_source_are_reported(lone: Path) -> None:
    """A name may stand in the editors' texts as printed, the words around it may not."""
    events = lone / "pingliang" / "events.yaml"
    own = "全国中小学生安全教育日前后，民警讲了三场。"
    replace(events, "民警在示例小学讲了三场，劝学生戴头盔、系安全带。", own)
    assert verify_source(read_checked(lone), CLEANED)
    replace(events, own, f"正值第30个{own}")
    (printed,) = differences(lone, CLEANED)
    assert "events[2].summary.zh-Hans: '正值第30个全国中' stands in pingliang-report too; use other words" in printed


def test_corrected_words_are_copied_too(lone: Path) -> None:
    campaign = lone / "pingliang" / "campaign.yaml"
    replace(campaign, "在校门口值守，并排查通学路上的隐患。", "在校门口值守，联合排查，覆盖学校周边。")
    (printed,) = differences(lone, CLEANED)
    assert "pillars[0].summary.zh-Hans: '联合排查，覆盖学校' stands in" in printed


def test_a_sentence_with_another_digest_is_reported(lone: Path) -> None:
    replace(lone / "pingliang" / "sources.yaml", 'sha256: "38afe092', 'sha256: "48afe092')
    assert differences(lone, CLEANED) == [
        "pingliang-report: sentence 5.2 (554 to 577) is not the one whose digest the seeds have"
    ]


def test_a_sentence_at_another_place_is_reported(lone: Path) -> None:
    replace(lone / "pingliang" / "sources.yaml", "start: 102, end: 169", "start: 103, end: 169")
    assert differences(lone, RECEIVED) == [
        "pingliang-report: sentence 2.2 (103 to 169) is not the one whose digest the seeds have"
    ]


@pytest.mark.parametrize(
    ("old", "new", "printed"),
    [
        ("printed: 复", "printed: 複", "the text has '复' at 297, not '複'"),
        ("at: 297", "at: 298", "the text has '盖' at 298, not '复'"),
    ],
)
def test_a_correction_of_what_is_not_printed_is_reported(lone: Path, old: str, new: str, printed: str) -> None:
    replace(lone / "pingliang" / "sources.yaml", old, new)
    assert differences(lone, CLEANED) == [f"pingliang-report: {printed}"]


def test_a_correction_of_several_characters(lone: Path) -> None:
    replace(
        lone / "pingliang" / "sources.yaml",
        "printed: 复\n        corrected: 覆",
        "printed: 复盖\n        corrected: 覆盖",
    )
    assert "1 corrections" in verify_source(read_checked(lone), CLEANED)
    replace(lone / "pingliang" / "sources.yaml", "printed: 复盖", "printed: 复盖学校")
    # The characters that the correction leaves out are not in the corrected text.
    replace(lone / "pingliang" / "events.yaml", "zh-Hans: 通学路联合排查, en", "zh-Hans: 覆盖周边道路, en")
    verify_source(read_checked(lone), CLEANED)


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "place"),
    [
        ("outcomes.yaml", "as_stated: 1.2万份", "as_stated: 12000份", "outcomes[1].as_stated", "141 to 152"),
        (
            "events.yaml",
            "as_stated: 2025年5月16日",
            "as_stated: 2025年5月十六日",
            "events[5].date.as_stated",
            "485 to 528",
        ),
        ("locations.yaml", "as_stated: 兰州市", "as_stated: 蘭州市", "mentions[4].as_stated", "274 to 277"),
        (
            "campaign.yaml",
            "as_stated: 2024年12月至2025年5月",
            "as_stated: 2024年12月到2025年5月",
            "reporting_period.as_stated",
            "22 to 38",
        ),
        (
            "campaign.yaml",
            "name_as_stated: “平安上学路”交通安全进校园活动",
            "name_as_stated: “平安上學路”交通安全进校园活动",
            "name_as_stated",
            "0 to 19, 39 to 82",
        ),
        (
            "sources.yaml",
            "as_stated: 2025年6月20日",
            "as_stated: 2025年6月二十日",
            "sources[0].published.as_stated",
            "564 to 576",
        ),
    ],
)
def test_what_is_not_printed_where_it_is_said_to_be_is_reported(
    lone: Path, file: str, old: str, *, new: str, field: str, place: str
) -> None:
    path = lone / "pingliang" / file
    text = path.read_text(encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    replace(path, old, new)
    printed, *copies = differences(lone, CLEANED)
    # Of what is no longer quoted, the editors' texts have nine characters.
    assert all(" stands in pingliang-report too" in line for line in copies)
    column = len(text.split("\n")[line - 1]) - len(text.split("\n")[line - 1].lstrip()) + 1
    words = new.split(": ")[1]
    assert printed == f"{path}:{line}:{column}: {field}: {words!r} is not in its evidence ({place})"


@pytest.mark.parametrize(
    ("old", "new", "language", "message"),
    [
        ("12支崆峒区的", "13支崆峒区的", "zh-Hans", "13 is not printed in sentence 3.1"),
        ("來了200餘名", "來了兩百五十餘名", "zh-Hant", "250 is not printed in sentence 3.1"),
        ("新劃了3.5公里", "新劃了3.6公里", "zh-Hant", "3.6 is not printed in sentence 3.3"),
        ("将近千人", "将近两千人", "zh-Hans", "2000 is not printed in sentence 4.1"),
        ("三場「一盔一帶」", "一百場「一盔一帶」", "zh-Hant", "100 is not printed in sentence 4.1"),
        ("12,000 leaflets", "12,500 leaflets", "en", "12500 is not printed in sentence 2.2"),
        ("gave three lectures", "gave Four lectures", "en", "4 is not printed in sentence 4.1"),
    ],
)
def test_a_number_in_a_paraphrase_that_its_sentence_does_not_print_is_reported(
    lone: Path, old: str, *, new: str, language: str, message: str
) -> None:
    replace(lone / "pingliang" / "sources.yaml", old, new)
    (printed,) = differences(lone, CLEANED)
    assert re.fullmatch(
        rf"{lone}/pingliang/sources\.yaml:\d+:\d+: sources\[0\]\.sentences\[\d+\]\.paraphrase\.{language}: "
        rf"{re.escape(message)} of pingliang-report",
        printed,
    )


def test_a_paraphrase_may_write_a_number_in_other_numerals_and_use_words_with_one(lone: Path) -> None:
    replace(lone / "pingliang" / "sources.yaml", "新劃了3.5公里", "一同一併新劃了３.５公里")
    replace(lone / "pingliang" / "sources.yaml", "宣传册发了1.2万份", "宣传册发了一万二千份")
    verify_source(read_checked(lone), CLEANED)


def test_words_that_would_be_shown_with_another_place_of_the_evidence_are_reported(lone: Path) -> None:
    evidence = "- {source: pingliang-report, paragraph: 2, sentence: 2, start: 141, end: 152}"
    wider = "- {source: pingliang-report, paragraph: 2, sentence: 2, start: 102, end: 140}"
    outcomes = lone / "pingliang" / "outcomes.yaml"
    replace(outcomes, evidence, f"{wider}\n      {evidence}")
    (printed,) = differences(lone, CLEANED)
    assert printed.endswith(
        "outcomes[1].as_stated: '1.2万份' is in 141 to 152 of its evidence, and would be shown with 102 to 140; "
        "list the place that has it first"
    )
    # One that is too short for the words is not the place that they are quoted from.
    replace(outcomes, "start: 102, end: 140", "start: 102, end: 105")
    verify_source(read_checked(lone), CLEANED)


def test_all_differences_are_reported_at_once(lone: Path) -> None:
    replace(lone / "pingliang" / "sources.yaml", 'sha256: "38afe092', 'sha256: "48afe092')
    replace(lone / "pingliang" / "sources.yaml", "printed: 复", "printed: 複")
    replace(lone / "pingliang" / "locations.yaml", "as_stated: 兰州市", "as_stated: 蘭州市")
    printed = differences(lone, CLEANED)
    assert [line.split(": ")[0].removeprefix(f"{lone}/pingliang/") for line in printed] == [
        "pingliang-report",
        "pingliang-report",
        "locations.yaml:84:5",
    ]


def test_what_stands_in_another_source_alone_is_left_to_that_one(lone: Path) -> None:
    other = (
        "  - id: pingliang-notice\n    language: zh-Hans\n    title: null\n    author: null\n    url: null\n"
        "    published: {when: null, basis: not_given, note: {zh-Hant: 無, zh-Hans: 无, en: none}}\n"
        "    not_given_note: {zh-Hant: 無, zh-Hans: 无, en: none}\n"
        "    publisher: pingliang-psb\n    publisher_role: {zh-Hant: 來源, zh-Hans: 来源, en: source}\n"
        "    publisher_address: null\n"
        "    received: {length: 4, sha256: '8ce19e9c8ed8d47ad6ee0dcd19a5ea40e2cda4d3e0b0e8d8c0b5cbb2f6fa9e11'}\n"
        "    cleaned: {length: 4, sha256: '8ce19e9c8ed8d47ad6ee0dcd19a5ea40e2cda4d3e0b0e8d8c0b5cbb2f6fa9e11'}\n"
        "    pinyin_notes: 0\n    sentences:\n"
        "      - {paragraph: 1, sentence: 1, start: 0, end: 4, kind: body,\n"
        "         sha256: '8ce19e9c8ed8d47ad6ee0dcd19a5ea40e2cda4d3e0b0e8d8c0b5cbb2f6fa9e11',\n"
        "         paraphrase: {zh-Hant: 無, zh-Hans: 无, en: none}}\n"
        "    evidence:\n      - {source: pingliang-notice, paragraph: 1, sentence: 1, start: 0, end: 4}\n"
    )
    sources = lone / "pingliang" / "sources.yaml"
    sources.write_text(sources.read_text(encoding="utf-8") + other, encoding="utf-8")
    replace(
        lone / "pingliang" / "outcomes.yaml",
        "{source: pingliang-report, paragraph: 2, sentence: 2, start: 141, end: 152}",
        "{source: pingliang-notice, paragraph: 1, sentence: 1, start: 0, end: 4}",
    )
    printed = verify_source(read_seeds(lone), CLEANED)
    assert printed.startswith(f"{CLEANED} is pingliang-report")
    text = "".join(file.read_text(encoding="utf-8") for file in (lone / "pingliang").iterdir())
    assert f" of {text.count('{source: pingliang-report')} places" in printed
    assert "cite another source too" not in printed


def test_what_may_stand_in_another_source_is_counted_as_not_compared(lone: Path) -> None:
    notice = "{source: pingliang-notice, paragraph: 1, sentence: 1, start: 0, end: 4}"
    evidence = "{source: pingliang-report, paragraph: 2, sentence: 2, start: 141, end: 152}"
    replace(lone / "pingliang" / "outcomes.yaml", evidence, f"{evidence}\n      - {notice}")
    assert "cite another source too" not in verify_source(read_seeds(lone), CLEANED)
    replace(lone / "pingliang" / "outcomes.yaml", "as_stated: 1.2万份", "as_stated: 12000本")
    assert "\n  1 quotations and numbers that are not in this text and cite another source too\n" in verify_source(
        read_seeds(lone), CLEANED
    )


@pytest.mark.parametrize(
    ("printed", "cleaned", "notes"),
    [
        ("動(dòng)", "動", 1),
        ("頭盔(kuī)、系(jì)安", "頭盔、系安", 2),
        ("綠(lǜ)", "綠", 1),
        ("女(nǚ)", "女", 1),
        ("安(ān)", "安", 1),
        ("二(èr)", "二", 1),
        ("窗(chuāng)", "窗", 1),
        ("的(de)", "的", 1),
        ("女(nu\u0308\u030c)", "女", 1),
        ("嗯(ń)", "嗯", 1),
        ("㐂(xǐ)", "㐂", 1),
        ("動（dòng）", "動（dòng）", 0),
        ("動 (dòng)", "動 (dòng)", 0),
        ("dòng(dòng)", "dòng(dòng)", 0),
        ("動()", "動()", 0),
        ("動(3)", "動(3)", 0),
        ("公安局(PSB)", "公安局(PSB)", 0),
        ("公安局(Police)", "公安局(Police)", 0),
        ("公安局(the police)", "公安局(the police)", 0),
        ("公安局(police)", "公安局(police)", 0),
        ("視頻(video)", "視頻(video)", 0),
        ("場(hall)", "場(hall)", 0),
        ("警(jǐng chá)", "警(jǐng chá)", 0),
        ("警(注)", "警(注)", 0),
        ("警。(jǐng)", "警。(jǐng)", 0),
    ],
)
def test_pinyin_notes_and_nothing_else_are_taken_out(printed: str, cleaned: str, notes: int) -> None:
    assert strip_pinyin_notes(printed) == (cleaned, notes)


def test_the_received_text_without_its_notes_is_the_cleaned_one() -> None:
    assert strip_pinyin_notes(RECEIVED.read_bytes().decode()) == (CLEANED.read_bytes().decode(), 11)


def test_the_command_prints_what_it_confirmed(lone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, show_evidence in ([], False), (["--show-evidence"], True):
        assert main(["verify-source", str(RECEIVED), *arguments, "--seeds", str(lone)]) == 0
        out, err = capsys.readouterr()
        assert out == f"{verify_source(read_checked(lone), RECEIVED, show_evidence=show_evidence)}\n"
        assert err == ""


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        ([str(SEEDS / "places.yaml")], "is none of: pingliang-report; name one with --source to see how it differs"),
        ([str(CLEANED), "--source", "nowhere"], "there is no source 'nowhere'; one of: pingliang-report"),
        ([str(SEEDS / "places.yaml"), "--source", "pingliang-report"], "is not the text of pingliang-report: "),
        (["/nowhere.txt"], "/nowhere.txt: cannot be read: No such file or directory"),
    ],
)
def test_the_command_prints_what_differs(
    lone: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], printed: str
) -> None:
    assert main(["verify-source", *arguments, "--seeds", str(lone)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert printed in err
    assert err.count("\n") == 1


def test_the_command_reports_faults_of_the_seeds(lone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (lone / "pingliang" / "events.yaml").unlink()
    assert main(["verify-source", str(CLEANED), "--seeds", str(lone)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].endswith("events.yaml:1:1: (document): cannot be read: No such file or directory")
    assert lines[1].startswith("1 fault")
