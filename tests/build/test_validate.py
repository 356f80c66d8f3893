import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from app.build.__main__ import main
from app.build.common.faults import Fault, SeedError
from app.build.pipeline import read_checked
from app.build.validate.order import _SHOWN, _shown
from tests.build.edits import (
    CAMPAIGN,
    DOCUMENTS,
    EVENTS,
    LOCATIONS,
    MARK,
    OUTCOMES,
    PLACES,
    SOURCES,
    Edits,
    Told,
    damage,
    unread,
)

PARAPHRASE = "paraphrase: {zh-Hant: 無, zh-Hans: 无, en: none}"

NOT_GIVEN_NOTE = """\
    not_given_note:
      zh-Hant: 這份文字沒有公開的網址，也沒有署名。
      zh-Hans: 这份文字没有公开的网址，也没有署名。
      en: The text has no public URL and names no author.
"""


def found_in(folder: Path) -> list[Fault]:
    faults: list[Fault] = []
    try:
        read_checked(folder, lambda _: None)
    except SeedError as error:
        faults = error.faults
    assert unread((fault.message for fault in faults), folder) == []
    return faults


def printed(fault: Fault) -> tuple[Path, int, int, str]:
    return fault.file, fault.line, fault.column, fault.field


def assert_told(folder: Path, edits: Edits, expected: Sequence[Told]) -> None:
    places = damage(folder, edits)
    assert_at(places, found_in(folder), expected)


def assert_at(places: list[tuple[Path, int, int]], faults: list[Fault], expected: Sequence[Told]) -> None:
    assert [printed(fault) for fault in faults] == [
        (*place, field) for place, (field, _) in zip(places, expected, strict=True)
    ], "\n".join(map(str, faults))
    for fault, (_, piece) in zip(faults, expected, strict=True):
        assert piece in fault.message


def test_good_seeds_have_no_faults(seeds: Path, lone: Path) -> None:
    assert found_in(seeds) == []
    assert found_in(lone) == []


def case(name: str, file: str, edits: Mapping[str, str], *expected: Told) -> object:
    return pytest.param({file: edits}, expected, id=name)


FIRST_EVENT = "- id: pingliang-new-year-guard"
ONE_DOCUMENT = [
    case(
        "an unknown key is reported with the nearest",
        EVENTS,
        {"    series_count: 3\n": f"    {MARK}serie_count: 3\n"},
        ("events[2].serie_count", "is not a key here; did you mean 'series_count'? one of: category, channel,"),
    ),
    case(
        "an unknown key like no other is reported with all",
        LOCATIONS,
        {"      latitude: 35.54279\n": f"      latitude: 35.54279\n      {MARK}zzz: 1\n"},
        ("locations[0].coordinates.zzz", "is not a key here; one of: confidence, latitude, longitude, note, precision"),
    ),
    case(
        "an unknown key of a whole document",
        SOURCES,
        {"sources:\n  - id": f"{MARK}retire: []\nsources:\n  - id"},
        ("retire", "is not a key here; one of: sources"),
    ),
    case(
        "a missing key is reported where its record begins",
        OUTCOMES,
        {"- id: pingliang-participants": f"- {MARK}id: pingliang-participants", "    metric: participants\n": ""},
        ("outcomes[0].metric", "is missing; write null only where the field allows it"),
    ),
    case(
        "a missing key of a whole document is reported where that begins",
        CAMPAIGN,
        {"id: pingliang\n": f"{MARK}id: pingliang\n", "area: pingliang\n": ""},
        ("area", "is missing"),
    ),
    case(
        "an empty list of records",
        SOURCES,
        {"sources:\n  - id: pingliang-report": f"{MARK}sources: []\n{MARK}old:\n  - id: pingliang-report"},
        ("sources", "at least 1 item after validation, not 0"),
        ("old", "is not a key here"),
    ),
    case(
        "a missing language",
        EVENTS,
        {
            "title: {zh-Hant: 跨年護學, zh-Hans: 跨年护学, en: Guarding the school gate over New Year}": (
                f"{MARK}title: {{zh-Hant: 跨年護學, zh-Hans: 跨年护学}}"
            )
        },
        ("events[0].title.en", "is missing; every text needs zh-Hant, zh-Hans, en"),
    ),
    case(
        "an unknown language",
        EVENTS,
        {"en: Guarding the school gate over New Year}": f"en: Guarding, {MARK}de: Wache}}"},
        ("events[0].title.de", "is not a language; write zh-Hant, zh-Hans, en"),
    ),
    case(
        "a blank text",
        EVENTS,
        {"en: Guarding the school gate over New Year}": f"{MARK}en: ''}}"},
        ("events[0].title.en", "is blank or has space at an end"),
    ),
    case(
        "a text of spaces alone",
        EVENTS,
        {"zh-Hans: 跨年护学, en: Guarding": f"{MARK}zh-Hans: '　 ', en: Guarding"},
        ("events[0].title.zh-Hans", "is blank or has space at an end"),
    ),
    case(
        "a text with a space at its end",
        EVENTS,
        {"en: Guarding the school gate over New Year}": f"{MARK}en: 'Guarding '}}"},
        ("events[0].title.en", "is blank or has space at an end; write the words alone"),
    ),
    case(
        "several faults of one text",
        EVENTS,
        {
            "title: {zh-Hant: 跨年護學, zh-Hans: 跨年护学, en: Guarding the school gate over New Year}": (
                f"{MARK}title: {{{MARK}zh-Hant: ' ', {MARK}fr: Garde, en: Guarding}}"
            )
        },
        ("events[0].title.zh-Hans", "is missing"),
        ("events[0].title.zh-Hant", "is blank"),
        ("events[0].title.fr", "is not a language"),
    ),
    case(
        "an origin that editors cannot give",
        OUTCOMES,
        {"en: parents who kept watch, origin: editorial}": f"en: parents who kept watch, {MARK}origin: converted}}"},
        ("outcomes[0].label.origin", "is 'converted'; write source or editorial"),
    ),
    case(
        "a text that is no mapping",
        EVENTS,
        {"title: {zh-Hant: 交通安全知識競賽, zh-Hans: 交通安全知识竞赛, en: Road safety quiz}": f"{MARK}title: Quiz"},
        ("events[5].title", "Input should be an object (it is 'Quiz')"),
    ),
    case(
        "a text that is a number",
        EVENTS,
        {"en: Road safety quiz}": f"{MARK}en: 7}}"},
        ("events[5].title.en", "valid string (it is 7)"),
    ),
    case(
        "a term spelled wrong is reported with the nearest",
        EVENTS,
        {"    kind: component\n": f"    {MARK}kind: compnent\n"},
        ("events[5].kind", "is 'compnent'; did you mean 'component'? one of: event, series, initiative, component"),
    ),
    case(
        "a term like no other is reported with all",
        EVENTS,
        {"    kind: component\n": f"    {MARK}kind: xyzzy\n"},
        ("events[5].kind", "is 'xyzzy'; one of: event, series, initiative, component"),
    ),
    case(
        "a language of the source that is none of ours",
        CAMPAIGN,
        {"source_language: zh-Hans": f"{MARK}source_language: zh-Han"},
        ("source_language", "is 'zh-Han'; did you mean 'zh-Hant'? one of: zh-Hant, zh-Hans, en"),
    ),
    case(
        "a number in words",
        CAMPAIGN,
        {"    item_count: 4\n": f"    {MARK}item_count: four\n"},
        ("programmes[0].item_count", "valid integer (it is 'four')"),
    ),
    case(
        "a number in quotes",
        EVENTS,
        {"    series_count: 3\n": f"    {MARK}series_count: '3'\n"},
        ("events[2].series_count", "valid integer (it is '3')"),
    ),
    case(
        "yes is no boolean",
        EVENTS,
        {"    online: true\n": f"    {MARK}online: yes\n"},
        ("events[4].online", "valid boolean (it is 'yes')"),
    ),
    case(
        "an id that is no slug",
        CAMPAIGN,
        {"  - id: pingliang-new-helmets": f"  - {MARK}id: Pingliang_New"},
        ("plans[0].id", "should match pattern"),
    ),
    case(
        "evidence that is none",
        EVENTS,
        {
            "evidence:\n      - {source: pingliang-report, paragraph: 4, sentence: 4, start: 485, end: 528}": (
                f"{MARK}evidence: []"
            )
        },
        ("events[5].evidence", "at least 1 item"),
    ),
    case(
        "a digest that is none",
        SOURCES,
        {'sha256: "38afe092': f'{MARK}sha256: "38AFE092'},
        ("sources[0].sentences[11].sha256", "should match pattern"),
    ),
    case(
        "an address that is none",
        SOURCES,
        {"    url: null\n": f"    {MARK}url: example\n"},
        ("sources[0].url", "valid URL"),
    ),
    case(
        "a date that does not exist",
        EVENTS,
        {'    date:\n      when: "2025-05-16"': f'    {MARK}date:\n      when: "2025-02-30"'},
        ("events[5].date", "'2025-02-30' does not exist in the calendar"),
    ),
    case(
        "a winter that goes beyond the calendar",
        EVENTS,
        {'    date:\n      when: "2025-05-16"': f"    {MARK}date:\n      when: 9999-24"},
        ("events[5].date", "'9999-24' does not exist in the calendar"),
    ),
    case(
        "a date that ends before it starts",
        EVENTS,
        {'    date:\n      when: "2024-12-30/2025-01-02"': (f"    {MARK}date:\n      when: 2025-01-02/2024-12-30")},
        ("events[0].date", "'2025-01-02/2024-12-30' ends before it starts; put the earlier date first"),
    ),
    case(
        "a date in words",
        EVENTS,
        {'    date:\n      when: "2025-05-16"': f"    {MARK}date:\n      when: May 2025"},
        ("events[5].date", "'May 2025' is not a date; write 2024-09-20, 2024-09, 2024"),
    ),
    case(
        "a date that is a number",
        EVENTS,
        {'when: "2025-05-16"': f"{MARK}when: 2025"},
        ("events[5].date.when", "valid string (it is 2025)"),
    ),
    case(
        "a date that is given and said not to be",
        EVENTS,
        {
            '    date:\n      when: "2025-05-16"\n      basis: stated': (
                f"    {MARK}date:\n      when: 2025-05-16\n      basis: not_given"
            )
        },
        ("events[5].date", "basis must be not_given exactly when `when` is null"),
    ),
    case(
        "a date that is not given and said to be",
        EVENTS,
        {
            '    date:\n      when: "2025-05-16"\n      basis: stated': (
                f"    {MARK}date:\n      when: null\n      basis: stated"
            )
        },
        ("events[5].date", "basis must be not_given exactly when `when` is null"),
    ),
    case(
        "a derived date without a note",
        EVENTS,
        {
            '    date:\n      when: "2025-05-16"\n      basis: stated': (
                f"    {MARK}date:\n      when: 2025-05-16\n      basis: derived"
            )
        },
        ("events[5].date", "a date that is not stated needs a note that says how or why"),
    ),
    case(
        "a date that is not the printed one",
        EVENTS,
        {'    date:\n      when: "2025-05-16"': f'    {MARK}date:\n      when: "2025-05-17"'},
        ("events[5].date", "`when` has another year, month or day than as_stated '2025年5月16日'"),
    ),
    case(
        "a programme of nothing without a note",
        CAMPAIGN,
        {
            "  - id: pingliang-four-things": f"  - {MARK}id: pingliang-four-things",
            "scope: {level: campaign, id: pingliang}": "scope: null",
        },
        ("programmes[0]", "need a note that says why"),
    ),
    case(
        "a derived link without a note",
        EVENTS,
        {
            "part_of: {event: pingliang-helmet-column, basis: stated}": (
                f"{MARK}part_of: {{event: pingliang-helmet-column, basis: derived}}"
            )
        },
        ("events[5].part_of", "a derived link needs a note that says how"),
    ),
    case(
        "places that are not complete without a note",
        EVENTS,
        {
            "- id: pingliang-safety-quiz": f"- {MARK}id: pingliang-safety-quiz",
            "    locations_complete: true\n    part_of": "    locations_complete: false\n    part_of",
        },
        ("events[5]", "places that are not complete need a locations_note that says why"),
    ),
    case(
        "a strand without its pillar",
        EVENTS,
        {
            FIRST_EVENT: f"- {MARK}id: pingliang-new-year-guard",
            "pillar: pingliang-guard\n    strand: {id: pingliang-school-gate": (
                "pillar: null\n    strand: {id: pingliang-school-gate"
            ),
        },
        ("events[0]", "a strand needs its pillar"),
    ),
    case(
        "a programme whose count is given and said not to be",
        CAMPAIGN,
        {
            "  - id: pingliang-four-things": f"  - {MARK}id: pingliang-four-things",
            "item_count_basis: stated": "item_count_basis: not_given",
        },
        ("programmes[0]", "item_count_basis must be not_given exactly when item_count is null"),
    ),
    case(
        "a programme whose count is derived without a note",
        CAMPAIGN,
        {
            "  - id: pingliang-four-things": f"  - {MARK}id: pingliang-four-things",
            "item_count_basis: stated": "item_count_basis: derived",
        },
        ("programmes[0]", "items or a count that are not stated need a note that says why"),
    ),
    case(
        "coordinates that are null without a note",
        LOCATIONS,
        {
            "- id: kongtong-shili-primary-school": f"- {MARK}id: kongtong-shili-primary-school",
            "    coordinates_note:\n": "    address:\n",
        },
        ("locations[2]", "coordinates that are null need a coordinates_note that says why"),
    ),
    case(
        "a latitude out of range",
        LOCATIONS,
        {"latitude: 35.54279": f"{MARK}latitude: 135.54279"},
        ("locations[0].coordinates.latitude", "less than or equal to 90 (it is 135.54279)"),
    ),
    case(
        "a longitude out of range",
        LOCATIONS,
        {"longitude: 106.68614": f"{MARK}longitude: -180.5"},
        ("locations[0].coordinates.longitude", "greater than or equal to -180 (it is -180.5)"),
    ),
    case(
        "an uncertainty of nothing",
        LOCATIONS,
        {"uncertainty_km: 3\n": f"{MARK}uncertainty_km: 0\n"},
        ("locations[0].coordinates.uncertainty_km", "greater than 0 (it is 0)"),
    ),
    case(
        "an uncertainty without end",
        LOCATIONS,
        {"uncertainty_km: 3\n": f"{MARK}uncertainty_km: 1.0e999\n"},
        ("locations[0].coordinates.uncertainty_km", "valid number (it is '1.0e999')"),
    ),
    case(
        "a code of a scheme that is none",
        LOCATIONS,
        {'code: {value: "620802", scheme: GB/T 2260}': f'{MARK}code: {{value: "620802", scheme: ISO 3166}}'},
        ("locations[1].code", "scheme must be `GB/T 2260` or `NBS`"),
    ),
    case(
        "a code that is too short for its scheme",
        LOCATIONS,
        {'code: {value: "620802", scheme: GB/T 2260}': f'{MARK}code: {{value: "620802", scheme: NBS}}'},
        ("locations[1].code", "a code of NBS has 9 digits"),
    ),
    case(
        "a code that is a number",
        LOCATIONS,
        {'code: {value: "620802", scheme': f"code: {{{MARK}value: 620802, scheme"},
        ("locations[1].code.value", "valid string (it is 620802)"),
    ),
    case(
        "a mention that is named and not printed",
        LOCATIONS,
        {
            "- location: maiji": f"- {MARK}location: maiji",
            "as_stated: 麦积区": "as_stated: null",
        },
        ("mentions[6]", "as_stated must be given exactly when the place is named"),
    ),
    case(
        "a derived mention without a note",
        LOCATIONS,
        {
            "- location: tianshui": f"- {MARK}location: tianshui",
            "as_stated: 天水市\n    basis: stated": "as_stated: 天水市\n    basis: derived",
        },
        ("mentions[5]", "a derived place needs a note that says how"),
    ),
    case(
        "what a place that is not named stands for",
        LOCATIONS,
        {
            "- location: gansu": f"- {MARK}location: gansu",
            "as_stated: null\n    basis: derived": (
                "as_stated: null\n    basis: derived\n"
                "    denotes: {kind: office, name: {zh-Hant: 廳, zh-Hans: 厅, en: department}}"
            ),
        },
        ("mentions[3]", "denotes is for a name that the source prints; leave it out where the place is not named"),
    ),
    case(
        "a count that does not say how exact it is",
        EVENTS,
        {"- group: parents": f"- {MARK}group: parents", "        count_qualifier: at_least\n": ""},
        ("events[0].participants[0]", "count and count_qualifier go together"),
    ),
    case(
        "how exact a count is that is not given",
        EVENTS,
        {
            "- group: officers": f"- {MARK}group: officers",
            "        role: lecturer\n        count: null\n": (
                "        role: lecturer\n        count: null\n        count_qualifier: exact\n"
            ),
        },
        ("events[2].participants[0]", "count and count_qualifier go together"),
    ),
    case(
        "a series that does not say how exact its count is",
        EVENTS,
        {
            "- id: pingliang-helmet-belt-lectures": f"- {MARK}id: pingliang-helmet-belt-lectures",
            "    series_count_qualifier: exact\n": "",
        },
        ("events[2]", "series_count and series_count_qualifier go together"),
    ),
    case(
        "a programme that does not say how exact its count is",
        CAMPAIGN,
        {
            "  - id: pingliang-four-things": f"  - {MARK}id: pingliang-four-things",
            "    item_count_qualifier: exact\n": "",
        },
        ("programmes[0]", "item_count and item_count_qualifier go together"),
    ),
    case(
        "a group that does not say how exact its count is",
        CAMPAIGN,
        {
            "  - id: kongtong-parent-patrols": f"  - {MARK}id: kongtong-parent-patrols",
            "    count_qualifier: exact\n    coverage": "    coverage",
        },
        ("organisations[2]", "count and count_qualifier go together"),
    ),
    case(
        "a digest of a text from which nothing was removed",
        SOURCES,
        {"- id: pingliang-report": f"- {MARK}id: pingliang-report", "pinyin_notes: 11": "pinyin_notes: 0"},
        ("sources[0]", "without pinyin notes nothing was removed: received must equal cleaned"),
    ),
    case(
        "a received text that is too short for its notes",
        SOURCES,
        {"- id: pingliang-report": f"- {MARK}id: pingliang-report", "received: {length: 632": "received: {length: 609"},
        ("sources[0]", "received must be at least 3 code points longer than cleaned for each pinyin note"),
    ),
    case(
        "one digest of two texts",
        SOURCES,
        {
            "- id: pingliang-report": f"- {MARK}id: pingliang-report",
            "7c5f4432e80ce93fa637ec5495f686219a3e63e78238b8795981fcbde16cac18": (
                "d4c576d26c497a9d07b50062500012055293a71d61af4ba9a9043ec4d68803be"
            ),
        },
        ("sources[0]", "so they cannot have the same sha256"),
    ),
    *(
        case(
            f"{name} of a source that says why its author is null",
            SOURCES,
            {"- id: pingliang-report": f"- {MARK}id: pingliang-report", old: new},
            (
                "sources[0]",
                "not_given_note says why title, author or url is null; write it exactly when one of them is",
            ),
        )
        for name, old, new in (
            ("no note", NOT_GIVEN_NOTE, ""),
            (
                "every detail",
                "author: null\n    url: null\n",
                "author: {zh-Hant: 無, zh-Hans: 无, en: none}\n    url: https://example.org/\n",
            ),
        )
    ),
    *(
        case(
            f"a paraphrase of {name}",
            SOURCES,
            {
                "- {paragraph: 4, sentence: 2,": f"- {MARK}{{paragraph: 4, sentence: 2,",
                """en: 'After the lectures the pupils performed the sketch "On the Way Home".'""": f"en: {words}",
            },
            ("sources[0].sentences[7]", "a paraphrase is one line of at most 1,000 characters"),
        )
        for name, words in (("two lines", r'"two\nlines"'), ("too many characters", "a" * 1001))
    ),
    case(
        "a sentence without a paraphrase",
        SOURCES,
        {
            "- {paragraph: 4, sentence: 2,": f"- {MARK}{{paragraph: 4, sentence: 2,",
            """         paraphrase: {
           zh-Hant: 情景劇《回家路上》由學生們在講座後演出。,
           zh-Hans: 情景剧《回家路上》由学生们在讲座后演出。,
           en: 'After the lectures the pupils performed the sketch "On the Way Home".'}}""": "}",
        },
        ("sources[0].sentences[7].paraphrase", "is missing"),
    ),
    case(
        "a name of a shared place that is the source's own",
        PLACES,
        {"en: Lanzhou City}": f"en: Lanzhou City, {MARK}origin: source}}"},
        ("places[3].name.origin", "put what one prints under `mentions` of its campaign"),
    ),
    case(
        "a sentence that ends where it starts",
        SOURCES,
        {
            "{paragraph: 5, sentence: 2, start: 554, end: 577, kind": (
                f"{MARK}{{paragraph: 5, sentence: 2, start: 577, end: 577, kind"
            )
        },
        ("sources[0].sentences[11]", "end must be greater than start"),
    ),
    case(
        "a value that is not the one printed",
        OUTCOMES,
        {"- id: pingliang-participants": f"- {MARK}id: pingliang-participants", "value: 200\n": "value: 300\n"},
        ("outcomes[0]", "as_stated '200余人' does not contain the value 300"),
    ),
    case(
        "a value without its unit",
        OUTCOMES,
        {
            "- id: pingliang-booklets-handed-out": f"- {MARK}id: pingliang-booklets-handed-out",
            "unit: {id: copy, name: {zh-Hant: 份, zh-Hans: 份, en: copy}}": "unit: null",
        },
        ("outcomes[1]", "a value needs its unit"),
    ),
    case(
        "a value without a qualifier",
        OUTCOMES,
        {
            "- id: pingliang-participants": f"- {MARK}id: pingliang-participants",
            "qualifier: at_least": "qualifier: null",
        },
        ("outcomes[0]", "qualifier and value go together"),
    ),
    case(
        "a figure that is null without a note",
        OUTCOMES,
        {
            "- id: pingliang-hazards-removed": f"- {MARK}id: pingliang-hazards-removed",
            "    note:\n      zh-Hant: 原文只說若干處，沒有數目。\n"
            "      zh-Hans: 原文只说若干处，没有数目。\n"
            '      en: The source says only "several spots" and gives no number.\n': "",
        },
        ("outcomes[3]", "a figure that is null needs a note"),
    ),
    case(
        "a claim with a value",
        OUTCOMES,
        {
            "- id: pingliang-gate-order": f"- {MARK}id: pingliang-gate-order",
            "    value: null\n    qualifier: null\n    unit: null\n": (
                "    value: 1\n    qualifier: exact\n    unit: null\n"
            ),
        },
        ("outcomes[4]", "a qualitative outcome has no value and no unit"),
    ),
    case(
        "a figure of which nothing is printed, said to be stated",
        OUTCOMES,
        {
            "- id: pingliang-hazards-removed": f"- {MARK}id: pingliang-hazards-removed",
            "as_stated: 若干处": "as_stated: null",
        },
        ("outcomes[3]", "basis must be not_given exactly for a figure of which nothing is printed"),
    ),
    case(
        "a printed figure that is said not to be given",
        OUTCOMES,
        {
            "- id: pingliang-audience": f"- {MARK}id: pingliang-audience",
            "scope: {level: event, id: pingliang-helmet-belt-lectures}\n    basis: stated": (
                "scope: {level: event, id: pingliang-helmet-belt-lectures}\n    basis: not_given"
            ),
        },
        ("outcomes[2]", "basis must be not_given exactly for a figure of which nothing is printed"),
    ),
    case(
        "a parent that no one knows how",
        CAMPAIGN,
        {"  - id: pingliang-psb\n": f"  - {MARK}id: pingliang-psb\n", "    parent_basis: derived\n": ""},
        ("organisations[0]", "parent and parent_basis go together"),
    ),
    case(
        "a derived parent without a note",
        CAMPAIGN,
        {
            "  - id: pingliang-psb\n": f"  - {MARK}id: pingliang-psb\n",
            "    note:\n      zh-Hant: 上級是省公安廳，原文沒有寫明。\n"
            "      zh-Hans: 上级是省公安厅，原文没有写明。\n"
            "      en: That the provincial department is above it is not in the source.\n": "",
        },
        ("organisations[0]", "a derived parent needs a note that says how"),
    ),
    case(
        "a stated figure that is not printed",
        OUTCOMES,
        {
            "- id: pingliang-audience": f"- {MARK}id: pingliang-audience",
            "as_stated: 近千人": "as_stated: null",
        },
        ("outcomes[2]", "a stated figure needs as_stated"),
    ),
    case(
        "a derived figure without a note",
        OUTCOMES,
        {
            "- id: pingliang-audience": f"- {MARK}id: pingliang-audience",
            "scope: {level: event, id: pingliang-helmet-belt-lectures}\n    basis: stated": (
                "scope: {level: event, id: pingliang-helmet-belt-lectures}\n    basis: derived"
            ),
        },
        ("outcomes[2]", "a derived outcome needs a note"),
    ),
    case(
        "an event's outcome that credits another event",
        OUTCOMES,
        {
            "- id: pingliang-audience": f"- {MARK}id: pingliang-audience",
            "scope: {level: event, id: pingliang-helmet-belt-lectures}\n": (
                "scope: {level: event, id: pingliang-helmet-belt-lectures}\n    events: [pingliang-safety-quiz]\n"
            ),
        },
        ("outcomes[2]", "an outcome of an event lists no other events; leave `events` out"),
    ),
]


@pytest.mark.parametrize(("edits", "expected"), ONE_DOCUMENT)
def test_what_one_document_shows_to_be_wrong(lone: Path, edits: Edits, expected: Sequence[Told]) -> None:
    (name,) = edits
    others = {lone / other for other in DOCUMENTS if other != name}
    for other in others:
        other.unlink()
    places = damage(lone, edits)
    faults = found_in(lone)
    assert {fault.file for fault in faults} == {lone / name, *others}
    assert_at(places, [fault for fault in faults if fault.file not in others], expected)


def mention(location: str) -> str:
    return (
        f"  - location: {location}\n    named: false\n    as_stated: null\n    basis: stated\n    evidence:\n"
        "      - {source: pingliang-report, paragraph: 1, sentence: 1, start: 0, end: 3}\n"
    )


def no_such(kind: str, id_: str) -> str:
    return f"there is no {kind} {id_!r}"


Case = tuple[Edits, Sequence[Told]]


def link(_name: str, file: str, edits: Mapping[str, str], *expected: Told) -> Case:
    return {file: edits}, expected


REFERENCES: list[Case] = [
    link(
        "the campaign's area",
        CAMPAIGN,
        {"area: pingliang\n": f"{MARK}area: pinglian\n"},
        ("area", "there is no location 'pinglian'; did you mean 'pingliang'?"),
    ),
    link(
        "the implementer",
        CAMPAIGN,
        {"implementer: pingliang-psb": f"{MARK}implementer: pingliang-psc"},
        ("implementer", "there is no organisation 'pingliang-psc'; did you mean 'pingliang-psb'?"),
    ),
    link(
        "who directed it",
        CAMPAIGN,
        {"implementer: pingliang-psb": f"implementer: pingliang-psb\n{MARK}directed_by: zzz"},
        ("directed_by", no_such("organisation", "zzz")),
    ),
    link(
        "who deployed it",
        CAMPAIGN,
        {"deployed_by: [gansu-psd]": f"deployed_by: [gansu-psd, {MARK}mps]"},
        ("deployed_by[1]", no_such("organisation", "mps")),
    ),
    link(
        "an organisation's parent",
        CAMPAIGN,
        {"parent: gansu-psd": f"{MARK}parent: gansu"},
        ("organisations[0].parent", "there is no organisation 'gansu'; did you mean 'gansu-psd'? (it is a location)"),
    ),
    link(
        "an organisation's address",
        CAMPAIGN,
        {"    count: 12\n": f"    count: 12\n    {MARK}address: nowhere\n"},
        ("organisations[2].address", no_such("location", "nowhere")),
    ),
    link(
        "a place that a group stands for",
        CAMPAIGN,
        {"locations: [kongtong]": f"locations: [kongtong, {MARK}jingchuan]"},
        ("organisations[2].coverage.locations[1]", no_such("location", "jingchuan")),
    ),
    *(
        link(
            f"a programme's {level}",
            CAMPAIGN,
            {"scope: {level: campaign, id: pingliang}": f"scope: {{level: {level}, {MARK}id: nowhere}}"},
            ("programmes[0].scope.id", no_such(level, "nowhere")),
        )
        for level in ("campaign", "pillar", "event")
    ),
    link(
        "what a retired id was merged into",
        CAMPAIGN,
        {"merged_into: kongtong\n": f"{MARK}merged_into: kongtongg\n"},
        ("retired[2].merged_into", "there is no location 'kongtongg'; did you mean 'kongtong'?"),
    ),
    link(
        "what a retired id was merged into is retired too",
        CAMPAIGN,
        {"merged_into: pingliang-helmet-column": f"{MARK}merged_into: pingliang-cancelled-parade"},
        ("retired[1].merged_into", "event 'pingliang-cancelled-parade' is retired; it was withdrawn"),
    ),
    link(
        "the publisher",
        SOURCES,
        {"publisher: pingliang-psb": f"{MARK}publisher: pingliang"},
        ("sources[0].publisher", no_such("organisation", "pingliang")),
    ),
    link(
        "the publisher's address",
        SOURCES,
        {"publisher_address: null": f"{MARK}publisher_address: nanchang-road"},
        ("sources[0].publisher_address", no_such("location", "nanchang-road")),
    ),
    link(
        "a place's parent",
        LOCATIONS,
        {"    parent: kongtong\n": f"    {MARK}parent: kongdong\n"},
        ("locations[2].parent", "there is no location 'kongdong'; did you mean 'kongtong'?"),
    ),
    link(
        "the place that is shown in another's stead",
        LOCATIONS,
        {"    fallback: kongtong\n": f"    {MARK}fallback: nowhere\n"},
        ("locations[2].fallback", no_such("location", "nowhere")),
    ),
    link(
        "the parent of a shared place",
        PLACES,
        {
            '"Maiji District, Tianshui"}\n    parent: tianshui': (
                f'"Maiji District, Tianshui"}}\n    {MARK}parent: tianshi'
            )
        },
        ("places[2].parent", "there is no location 'tianshi'; did you mean 'tianshui'?"),
    ),
    link(
        "a mentioned place",
        LOCATIONS,
        {"  - location: gansu\n": f"  - {MARK}location: gansuu\n"},
        ("mentions[3].location", "there is no location 'gansuu'; did you mean 'gansu'?"),
    ),
    link(
        "a source of coordinates",
        LOCATIONS,
        {"source: editors": f"{MARK}source: editor"},
        (
            "locations[1].coordinates.source",
            "'editor' is not a coordinate source of places.yaml; one of: cpca, editors",
        ),
    ),
    link(
        "a pillar",
        EVENTS,
        {
            "pillar: pingliang-class\n    strand: null": f"{MARK}pillar: pingliang-clas\n    strand: null",
        },
        ("events[3].pillar", "there is no pillar 'pingliang-clas'; did you mean 'pingliang-class'?"),
    ),
    link(
        "a strand of another pillar",
        EVENTS,
        {"strand: {id: pingliang-classroom,": f"strand: {{{MARK}id: pingliang-school-gate,"},
        (
            "events[2].strand.id",
            "there is no strand of pingliang-class 'pingliang-school-gate'; did you mean 'pingliang-online'? ",
        ),
    ),
    link(
        "a programme",
        EVENTS,
        {"programme: pingliang-four-things": f"{MARK}programme: pingliang-five-things"},
        ("events[2].programme", "there is no programme 'pingliang-five-things'; did you mean 'pingliang-four-things'?"),
    ),
    link(
        "a channel",
        EVENTS,
        {"channel: pingliang-media": f"{MARK}channel: zzz"},
        ("events[4].channel", no_such("organisation", "zzz")),
    ),
    link(
        "the event that another is a part of",
        EVENTS,
        {"part_of: {event: pingliang-helmet-column,": f"part_of: {{{MARK}event: pingliang-helmet-colum,"},
        (
            "events[5].part_of.event",
            "there is no event 'pingliang-helmet-colum'; did you mean 'pingliang-helmet-column'?",
        ),
    ),
    link(
        "a retired event that was merged",
        EVENTS,
        {"part_of: {event: pingliang-helmet-column,": f"part_of: {{{MARK}event: pingliang-helmet-day,"},
        ("events[5].part_of.event", "event 'pingliang-helmet-day' is retired; write 'pingliang-helmet-column'"),
    ),
    link(
        "the event that another is dated by",
        EVENTS,
        {"relative_to: {event: pingliang-helmet-belt-lectures,": f"relative_to: {{{MARK}event: zzz,"},
        ("events[3].date.relative_to.event", no_such("event", "zzz")),
    ),
    link(
        "a retired event that was withdrawn",
        EVENTS,
        {
            "relative_to: {event: pingliang-helmet-belt-lectures,": (
                f"relative_to: {{{MARK}event: pingliang-cancelled-parade,"
            )
        },
        ("events[3].date.relative_to.event", "event 'pingliang-cancelled-parade' is retired; it was withdrawn"),
    ),
    link(
        "an organiser",
        EVENTS,
        {"{organisation: kongtong-parent-patrols, role: joint": f"{{{MARK}organisation: kongtong, role: joint"},
        ("events[0].organisers[1].organisation", "there is no organisation 'kongtong' (it is a location)"),
    ),
    link(
        "a participant's organisation",
        EVENTS,
        {"        organisation: kongtong-parent-patrols\n": f"        {MARK}organisation: zzz\n"},
        ("events[0].participants[0].organisation", no_such("organisation", "zzz")),
    ),
    *(
        link(
            f"an outcome's {level}",
            OUTCOMES,
            {
                "scope: {level: pillar, id: pingliang-guard}": f"scope: {{level: {level}, {MARK}id: pingliang-psb}}",
                "    events: [pingliang-new-year-guard, pingliang-joint-road-check]\n": "",
            },
            ("outcomes[5].scope.id", no_such(level, "pingliang-psb")),
        )
        for level in ("campaign", "pillar", "event")
    ),
    link(
        "an event that an outcome is credited to",
        OUTCOMES,
        {
            "    events: [pingliang-new-year-guard, pingliang-joint-road-check]\n": (
                f"    events: [pingliang-new-year-guard, {MARK}pingliang-media]\n"
            )
        },
        ("outcomes[5].events[1]", "there is no event 'pingliang-media'"),
    ),
    link(
        "a source that a record stands on",
        OUTCOMES,
        {
            "{source: pingliang-report, paragraph: 2, sentence: 2, start: 141, end: 152}": (
                f"{{{MARK}source: tianshui-report, paragraph: 2, sentence: 2, start: 141, end: 152}}"
            )
        },
        (
            "outcomes[1].evidence[0].source",
            "'tianshui-report' is not a source of this campaign; one of: pingliang-report",
        ),
    ),
]


def together(cases: Sequence[Case]) -> list[tuple[dict[str, dict[str, str]], dict[str, str]]]:
    """Put cases together that can be damaged in one copy: the edits by file, and the message of each field."""
    groups: list[tuple[dict[str, dict[str, str]], dict[str, str]]] = []
    for edits, expected in cases:
        for all_edits, all_expected in groups:
            apart = all(new.keys().isdisjoint(all_edits.get(file, {})) for file, new in edits.items())
            if apart and all_expected.keys().isdisjoint(field for field, _ in expected):
                break
        else:
            all_edits, all_expected = {}, {}
            groups.append((all_edits, all_expected))
        for file, new in edits.items():
            all_edits.setdefault(file, {}).update(new)
        all_expected.update(expected)
    return groups


@pytest.mark.parametrize(("edits", "expected"), together(REFERENCES))
def test_what_leads_nowhere(lone: Path, edits: Edits, expected: Mapping[str, str]) -> None:
    places = damage(lone, edits)
    faults = found_in(lone)
    assert [printed(fault)[:3] for fault in faults] == places, "\n".join(map(str, faults))
    assert sorted(fault.field for fault in faults) == sorted(expected)
    for fault in faults:
        assert expected[fault.field] in fault.message


def test_a_place_of_an_event_leads_nowhere_and_has_no_mention(lone: Path) -> None:
    edits = {EVENTS: {"      - location: lanzhou\n": f"      - {MARK}{MARK}location: lanzho\n"}}
    field = "events[1].locations[1].location"
    assert_told(
        lone,
        edits,
        [
            (field, "'lanzho' has no mention in locations.yaml; add one with its evidence"),
            (field, "there is no location 'lanzho'; did you mean 'lanzhou'?"),
        ],
    )


def test_a_retired_place_is_reported_with_what_took_its_place(lone: Path) -> None:
    edits = {LOCATIONS: {"mentions:\n": "mentions:\n" + mention("kongtong-urban-area").replace("loc", f"{MARK}loc", 1)}}
    assert_told(lone, edits, [("mentions[0].location", "location 'kongtong-urban-area' is retired; write 'kongtong'")])


def test_a_shared_place_that_is_retired_is_reported(lone: Path) -> None:
    retired = "retired:\n  - kind: location\n    id: wudu\n    merged_into: lanzhou\n"
    retired += "    reason: {zh-Hant: 併, zh-Hans: 并, en: merged}\n"
    edits = {
        PLACES: {"\nplaces:\n": "\n" + retired + "\nplaces:\n"},
        CAMPAIGN: {"area: pingliang\n": f"{MARK}area: wudu\n"},
    }
    assert_told(lone, edits, [("area", "location 'wudu' is retired; write 'lanzhou'")])
    damage(lone, {PLACES: {"merged_into: lanzhou": "merged_into: null"}})
    assert [fault.message for fault in found_in(lone)] == ["location 'wudu' is retired; it was withdrawn"]
    assert_told(
        lone,
        {
            PLACES: {"    merged_into: null": f"    {MARK}merged_into: lanzho"},
            CAMPAIGN: {"area: wudu\n": "area: pingliang\n"},
        },
        [("retired[0].merged_into", "there is no location 'lanzho'; did you mean 'lanzhou'?")],
    )


def test_the_kind_of_a_record_that_was_named_by_mistake_reads_well(lone: Path) -> None:
    edits = {CAMPAIGN: {"implementer: pingliang-psb": "implementer: pingliang-gate-order"}}
    damage(lone, edits)
    (fault,) = found_in(lone)
    assert fault.message.endswith("(it is an outcome)")


def test_what_belongs_to_another_campaign_cannot_be_used(seeds: Path) -> None:
    belongs = "belongs to campaign 'tianshui'"
    assert_told(
        seeds,
        {
            CAMPAIGN: {
                "scope: {level: campaign, id: pingliang}": f"scope: {{level: campaign, {MARK}id: tianshui}}",
            },
            EVENTS: {
                "pillar: pingliang-class\n    strand: null": f"{MARK}pillar: dual-vehicles\n    strand: null",
                "programme: pingliang-four-things": f"{MARK}programme: five-ones",
                "part_of: {event: pingliang-helmet-column,": f"part_of: {{{MARK}event: tianshui-police-open-day,",
            },
            OUTCOMES: {
                "scope: {level: campaign, id: pingliang}\n    basis: stated\n    evidence:\n"
                "      - {source: pingliang-report, paragraph: 2, sentence: 2, start: 141": (
                    f"scope: {{level: campaign, {MARK}id: tianshui}}\n    basis: stated\n    evidence:\n"
                    "      - {source: pingliang-report, paragraph: 2, sentence: 2, start: 141"
                ),
                "scope: {level: event, id: pingliang-new-year-guard}": (
                    f"scope: {{level: event, {MARK}id: tianshui-police-open-day}}"
                ),
                "scope: {level: pillar, id: pingliang-guard}": f"scope: {{level: pillar, {MARK}id: dual-vehicles}}",
                "events: [pingliang-new-year-guard, pingliang-joint-road-check]": (
                    f"events: [{MARK}tianshui-art-creation, pingliang-joint-road-check]"
                ),
            },
        },
        [
            ("programmes[0].scope.id", f"campaign 'tianshui' {belongs}"),
            ("events[2].programme", f"programme 'five-ones' {belongs}"),
            ("events[3].pillar", f"pillar 'dual-vehicles' {belongs}"),
            ("events[5].part_of.event", f"event 'tianshui-police-open-day' {belongs}"),
            ("outcomes[0].scope.id", f"event 'tianshui-police-open-day' {belongs}"),
            ("outcomes[1].scope.id", f"campaign 'tianshui' {belongs}"),
            ("outcomes[5].scope.id", f"pillar 'dual-vehicles' {belongs}"),
            ("outcomes[5].events[0]", f"event 'tianshui-art-creation' {belongs}"),
        ],
    )


NEW_ORGANISATION = """organisations:
  - {mark}id: {id}
    kind: group
    name: {{zh-Hant: 某, zh-Hans: 某, en: Some}}
    parent: null
    role: {{zh-Hant: 某, zh-Hans: 某, en: some}}
    evidence:
      - {{source: pingliang-report, paragraph: 2, sentence: 1, start: 47, end: 53}}
"""

DOUBLED = [
    case(
        "an organisation",
        CAMPAIGN,
        {
            "organisations:\n": NEW_ORGANISATION.format(mark="", id="pingliang-media"),
            "  - id: pingliang-media\n    kind: media_channel": (
                f"  - {MARK}id: pingliang-media\n    kind: media_channel"
            ),
        },
        ("organisations[2].id", "'pingliang-media' is already the id of another organisation, at"),
    ),
    case(
        "a strand of one pillar",
        CAMPAIGN,
        {
            "    strands:\n      - id: pingliang-classroom\n": (
                "    strands:\n      - id: pingliang-classroom\n"
                "        name: {zh-Hant: 某, zh-Hans: 某, en: some}\n        evidence:\n"
                "          - {source: pingliang-report, paragraph: 4, sentence: 1, start: 355, end: 359}\n"
                f"      - {MARK}id: pingliang-classroom\n"
            )
        },
        ("pillars[1].strands[1].id", "'pingliang-classroom' is already the id of another strand of pingliang-class"),
    ),
    case(
        "a strand of two pillars",
        CAMPAIGN,
        {
            "    strands:\n      - id: pingliang-classroom\n": (
                f"    strands:\n      - {MARK}id: pingliang-walking-routes\n"
                "        name: {zh-Hant: 某, zh-Hans: 某, en: some}\n        evidence:\n"
                "          - {source: pingliang-report, paragraph: 4, sentence: 1, start: 355, end: 359}\n"
                "      - id: pingliang-classroom\n"
            )
        },
        (
            "pillars[1].strands[0].id",
            "'pingliang-walking-routes' is already the id of another strand of pingliang-guard",
        ),
    ),
    pytest.param(
        {
            CAMPAIGN: {"id: pingliang-cancelled-parade": "id: pingliang-safety-quiz"},
            EVENTS: {"- id: pingliang-safety-quiz": f"- {MARK}id: pingliang-safety-quiz"},
        },
        [("events[5].id", "'pingliang-safety-quiz' is already the id of another event, at")],
        id="a retired id that is in use again",
    ),
    case(
        "an id that was retired twice",
        CAMPAIGN,
        {"id: pingliang-helmet-day": f"{MARK}id: pingliang-cancelled-parade"},
        ("retired[1].id", "'pingliang-cancelled-parade' is already the id of another event, at"),
    ),
    case(
        "an event",
        EVENTS,
        {"- id: pingliang-safety-quiz": f"- {MARK}id: pingliang-road-home-play"},
        ("events[5].id", "'pingliang-road-home-play' is already the id of another event, at"),
    ),
    case(
        "an outcome",
        OUTCOMES,
        {"- id: pingliang-gate-order": f"- {MARK}id: pingliang-hazards-removed"},
        ("outcomes[4].id", "'pingliang-hazards-removed' is already the id of another outcome"),
    ),
    case(
        "a mention",
        LOCATIONS,
        {
            "mentions:\n": "mentions:\n" + mention("maiji"),
            "  - location: maiji\n    named: true": f"  - {MARK}location: maiji\n    named: true",
        },
        ("mentions[7].location", "'maiji' is mentioned twice; put the evidence together"),
    ),
    case(
        "a source of coordinates",
        PLACES,
        {"- id: cpca": f"- {MARK}id: geonames"},
        ("coordinate_sources[1].id", "'geonames' is already the id of another"),
    ),
    case(
        "a group of one event",
        EVENTS,
        {
            "      - group: parents\n": "      - group: parents\n"
            "        name: {zh-Hant: 家長, zh-Hans: 家长, en: parents}\n"
            "        role: invitee\n        count: null\n        evidence:\n"
            "          - {source: pingliang-report, paragraph: 3, sentence: 1, start: 241, end: 250}\n"
            f"      - {MARK}group: parents\n",
        },
        ("events[0].participants[1].group", "'parents' is repeated; keep one of the two"),
    ),
    case(
        "a place of one event",
        EVENTS,
        {
            "{location: kongtong-shili-primary-school, role: venue, basis: stated}\n    locations_complete: true\n"
            "    part_of": (
                "{location: kongtong-shili-primary-school, role: venue, basis: stated}\n"
                f"      - {{{MARK}location: kongtong-shili-primary-school, role: venue, basis: stated}}\n"
                "    locations_complete: true\n    part_of"
            ),
        },
        ("events[5].locations[1].location", "'kongtong-shili-primary-school' is repeated"),
    ),
    case(
        "an organiser of one event",
        EVENTS,
        {
            "      - {organisation: pingliang-media, role: organiser, basis: stated}\n": (
                "      - {organisation: pingliang-media, role: organiser, basis: stated}\n"
                f"      - {{{MARK}organisation: pingliang-media, role: joint, basis: stated}}\n"
            )
        },
        ("events[4].organisers[1].organisation", "'pingliang-media' is repeated; keep one of the two"),
    ),
    case(
        "an event that an outcome is credited to",
        OUTCOMES,
        {
            "events: [pingliang-new-year-guard, pingliang-joint-road-check]": (
                f"events: [pingliang-joint-road-check, {MARK}pingliang-joint-road-check]"
            )
        },
        ("outcomes[5].events[1]", "'pingliang-joint-road-check' is repeated"),
    ),
]


@pytest.mark.parametrize(("edits", "expected"), DOUBLED)
def test_what_stands_twice(lone: Path, edits: Edits, expected: Sequence[Told]) -> None:
    assert_told(lone, edits, expected)


@pytest.mark.parametrize(
    ("file", "key", "kind"),
    [
        (PLACES, "coordinate_sources", "source of coordinates"),
        (PLACES, "places", "location"),
        (CAMPAIGN, "programmes", "programme"),
        (CAMPAIGN, "plans", "plan of pingliang"),
        (CAMPAIGN, "historical_context", "context of pingliang"),
        (CAMPAIGN, "organisations", "organisation"),
        (SOURCES, "sources", "source"),
        (LOCATIONS, "locations", "location"),
        (EVENTS, "events", "event"),
        (OUTCOMES, "outcomes", "outcome"),
    ],
)
def test_a_record_that_was_copied_stands_twice(lone: Path, file: str, key: str, kind: str) -> None:
    text = (lone / file).read_text(encoding="utf-8")
    found = re.search(rf"(?ms)^{key}:\n(  - id: (\S+)\n.*?\n)(?=  - |\n|\S|\Z)", text)
    assert found is not None
    record, id_ = found.groups()
    copied = record.replace("- id: ", f"- {MARK}id: ", 1)
    expected = f"{id_!r} is already the id of another {kind}, at {lone / file}:"
    assert_told(lone, {file: {record: record + copied}}, [(f"{key}[1].id", expected)])


def test_a_pillar_that_was_copied_stands_twice_with_its_strands(lone: Path) -> None:
    text = (lone / CAMPAIGN).read_text(encoding="utf-8")
    pillar = text[text.index("  - id: pingliang-guard\n") : text.index("  - id: pingliang-class\n")]
    assert_told(
        lone,
        {CAMPAIGN: {pillar: pillar + pillar.replace("- id: ", f"- {MARK}id: ")}},
        [
            ("pillars[1].id", "'pingliang-guard' is already the id of another pillar, at "),
            (
                "pillars[1].strands[0].id",
                "'pingliang-school-gate' is already the id of another strand of pingliang-guard",
            ),
            (
                "pillars[1].strands[1].id",
                "'pingliang-walking-routes' is already the id of another strand",
            ),
        ],
    )


def test_a_shared_place_cannot_be_retired_twice(lone: Path) -> None:
    retired = "  - kind: location\n    {}id: wudu\n    merged_into: lanzhou\n"
    retired += "    reason: {{zh-Hant: 併, zh-Hans: 并, en: merged}}\n"
    both = "\nretired:\n" + retired.format("") + retired.format(MARK)
    expected = [("retired[1].id", "'wudu' is already the id of another location, at ")]
    assert_told(lone, {PLACES: {"\nplaces:\n": f"{both}\nplaces:\n"}}, expected)


def test_an_id_of_another_campaign_cannot_be_taken(seeds: Path) -> None:
    retired = "retired:\n  - kind: outcome\n    id: tianshui-works-created\n    merged_into: null\n"
    retired += "    reason: {zh-Hant: 併, zh-Hans: 并, en: merged}\n"
    lianhua = (
        "locations:\n  - id: lianhua\n    kind: town\n    name: {zh-Hant: 蓮花, zh-Hans: 莲花, en: Lianhua}\n"
        "    parent: kongtong\n    coordinates: null\n"
        "    coordinates_note: {zh-Hant: 無, zh-Hans: 无, en: none}\n"
    )
    places = damage(
        seeds,
        {
            CAMPAIGN: {"retired:\n": retired},
            LOCATIONS: {
                "locations:\n": lianhua.replace("id: lianhua", f"{MARK}id: lianhua"),
                "mentions:\n": "mentions:\n" + mention("lianhua"),
            },
            "tianshui/outcomes.yaml": {"- id: tianshui-works-created": f"- {MARK}id: tianshui-works-created"},
        },
    )
    faults = found_in(seeds)
    assert [printed(fault) for fault in faults] == [
        (*place, field) for place, field in zip(places, ["locations[0].id", "outcomes[10].id"], strict=True)
    ]
    for fault, (kind, first) in zip(faults, [("location", seeds / PLACES), ("outcome", seeds / CAMPAIGN)], strict=True):
        assert f"is already the id of another {kind}, at {first}:" in fault.message


def test_one_id_may_be_of_several_kinds_and_plans_of_several_campaigns(seeds: Path) -> None:
    plan = seeds / "tianshui" / "campaign.yaml"
    (taken,) = [
        line.split(": ")[1] for line in plan.read_text(encoding="utf-8").partition("\nplans:\n")[2].splitlines()[:1]
    ]
    damage(seeds, {CAMPAIGN: {"- id: pingliang-new-helmets": f"- id: {taken}"}})
    assert found_in(seeds) == []


def shili_at(latitude: float, longitude: float) -> dict[str, str]:
    """Return the school of the tests coordinates, in the place of the note that says why it has none."""
    return {
        "    coordinates: null\n    coordinates_note:\n      zh-Hant: 學校是虛構的，沒有座標。\n"
        "      zh-Hans: 学校是虚构的，没有坐标。\n      en: The school is invented and has no coordinates.\n": (
            f"    {MARK}coordinates: {{latitude: {latitude}, longitude: {longitude}, precision: exact,"
            " uncertainty_km: 1, source: editors, confidence: low}\n"
        )
    }


KONGTONG_NOWHERE = {
    "    coordinates:\n      latitude: 35.5425\n      longitude: 106.6747\n      precision: county_seat\n"
    "      uncertainty_km: 5\n      source: editors\n      confidence: medium\n      note:\n": (
        "    coordinates: null\n    coordinates_note:\n"
    ),
    "    fallback: kongtong\n": "    fallback: pingliang\n",
}

GEOGRAPHY = [
    case(
        "a code that is no city's",
        LOCATIONS,
        {
            '{value: "620800", scheme': f'{{{MARK}value: "620801", scheme',
            '{value: "620802", scheme': (f'{{{MARK}value: "620802", scheme'),
        },
        ("locations[0].code.value", "620801 is not the code of a city, which ends in 00"),
        ("locations[1].code.value", "620802 does not lie in pingliang; its code must begin with 620801"),
    ),
    pytest.param(
        {
            PLACES: {
                '{value: "620000", scheme': f'{{{MARK}value: "620100", scheme',
                '{value: "620500", scheme': f'{{{MARK}value: "620500", scheme',
            },
            LOCATIONS: {'{value: "620800", scheme': f'{{{MARK}value: "620800", scheme'},
        },
        [
            ("locations[0].code.value", "620800 does not lie in gansu; its code must begin with 620100"),
            ("places[0].code.value", "620100 is not the code of a province, which ends in 0000"),
            ("places[1].code.value", "620500 does not lie in gansu; its code must begin with 620100"),
        ],
        id="a code that is no province's",
    ),
    case(
        "a code of another city",
        LOCATIONS,
        {'{value: "620802", scheme': f'{{{MARK}value: "620502", scheme'},
        ("locations[1].code.value", "620502 does not lie in pingliang; its code must begin with 6208"),
    ),
    case(
        "a code of another province",
        LOCATIONS,
        {
            '{value: "620800", scheme': f'{{{MARK}value: "610800", scheme',
            '{value: "620802", scheme': f'{{{MARK}value: "620802", scheme',
        },
        ("locations[0].code.value", "610800 does not lie in gansu; its code must begin with 62"),
        ("locations[1].code.value", "620802 does not lie in pingliang; its code must begin with 6108"),
    ),
    case(
        "a town's code for a district",
        LOCATIONS,
        {'{value: "620802", scheme: GB/T 2260}': f'{{{MARK}value: "620802001", scheme: NBS}}'},
        ("locations[1].code.value", "a town's code has nine digits of scheme NBS, any other's six of GB/T 2260"),
    ),
    case(
        "a district's code for a town",
        LOCATIONS,
        {"    kind: district\n": "    kind: town\n", '{value: "620802", scheme': f'{{{MARK}value: "620802", scheme'},
        ("locations[1].code.value", "a town's code has nine digits of scheme NBS, any other's six of GB/T 2260"),
    ),
    case(
        "a district far from its city",
        LOCATIONS,
        {"    coordinates:\n      latitude: 35.5425\n": f"    {MARK}coordinates:\n      latitude: 38.5425\n"},
        (
            "locations[1].coordinates",
            "lies 334 km from pingliang, more than the 250 km that a city reaches; correct",
        ),
    ),
    case(
        "latitude and longitude the wrong way round",
        LOCATIONS,
        {
            "    coordinates:\n      latitude: 35.5425\n      longitude: 106.6747\n": (
                f"    {MARK}coordinates:\n      latitude: 35.5425\n      longitude: -106.6747\n"
            )
        },
        ("locations[1].coordinates", " km from pingliang, more than the 250 km"),
    ),
    case(
        "a school far from its district",
        LOCATIONS,
        shili_at(36.5, 106.6747),
        ("locations[2].coordinates", "lies 106 km from kongtong, more than the 100 km that a district reaches"),
    ),
    case(
        "a school far from the city that its district lies in",
        LOCATIONS,
        KONGTONG_NOWHERE | shili_at(38.5, 106.6747),
        ("locations[2].coordinates", "lies 329 km from pingliang, more than the 250 km that a city reaches"),
    ),
    case(
        "a school far from the building that it is in",
        LOCATIONS,
        {"    kind: district\n": "    kind: venue\n"} | shili_at(35.64, 106.6747),
        ("locations[2].coordinates", "lies 11 km from kongtong, more than the 10 km that a venue reaches"),
    ),
    case(
        "a place that is to be shown at one without a point",
        LOCATIONS,
        KONGTONG_NOWHERE | {"    fallback: kongtong\n": f"    {MARK}fallback: kongtong\n"},
        ("locations[2].fallback", "'kongtong' has no coordinates itself; name a place that has"),
    ),
]


@pytest.mark.parametrize(("edits", "expected"), GEOGRAPHY)
def test_what_cannot_be_where_it_is_said_to_be(lone: Path, edits: Edits, expected: Sequence[Told]) -> None:
    assert_told(lone, edits, expected)


@pytest.mark.parametrize(
    "edits",
    [
        shili_at(36.4, 106.6747),
        KONGTONG_NOWHERE | shili_at(37.7, 106.6747),
        {'    code: {value: "620802", scheme: GB/T 2260}\n': ""},
        {"    parent: gansu\n": "    parent: null\n"},
    ],
    ids=["near its district", "near the city around its district", "without a code", "without a parent"],
)
def test_what_can_be_where_it_is_said_to_be(lone: Path, edits: dict[str, str]) -> None:
    assert_told(lone, {LOCATIONS: {old: new.replace(MARK, "") for old, new in edits.items()}}, [])


MENTIONED = """  - location: {}
    named: true
    as_stated: {}
    basis: stated
    evidence:
"""


def test_a_campaigns_own_place_needs_a_mention(lone: Path) -> None:
    text = (lone / LOCATIONS).read_text(encoding="utf-8")
    start = text.index("  - location: kongtong\n")
    whole = text[start : text.index("  - location: kongtong-shili")]
    edits = {LOCATIONS: {whole: "", "  - id: kongtong\n": f"  - {MARK}id: kongtong\n"}}
    assert_told(
        lone,
        edits,
        [("locations[1].id", "'kongtong' has no mention; say under `mentions` how the source speaks of it")],
    )


def test_an_events_place_needs_a_mention(lone: Path) -> None:
    text = (lone / LOCATIONS).read_text(encoding="utf-8")
    start = text.index("  - location: lanzhou\n")
    whole = text[start : text.index("  - location: tianshui\n")]
    edits = {LOCATIONS: {whole: ""}, EVENTS: {"      - location: lanzhou\n": f"      - {MARK}location: lanzhou\n"}}
    assert_told(
        lone,
        edits,
        [("events[1].locations[1].location", "'lanzhou' has no mention in locations.yaml; add one with its evidence")],
    )


ORDER = [
    case(
        "a place in itself",
        LOCATIONS,
        {"    parent: pingliang\n": f"    {MARK}parent: kongtong\n"},
        ("locations[1].parent", "'kongtong' lies inside itself (kongtong → kongtong); name another"),
    ),
    case(
        "two places in each other",
        LOCATIONS,
        {
            "    parent: gansu\n": f"    {MARK}parent: kongtong-shili-primary-school\n",
            "    parent: pingliang\n": f"    {MARK}parent: pingliang\n",
            "    parent: kongtong\n": f"    {MARK}parent: kongtong\n",
        },
        (
            "locations[0].parent",
            "'pingliang' lies inside itself (pingliang → kongtong-shili-primary-school → kongtong → pingliang)",
        ),
        ("locations[1].parent", "(kongtong → pingliang → kongtong-shili-primary-school → kongtong); name another"),
        ("locations[2].parent", "'kongtong-shili-primary-school' lies inside itself"),
    ),
    pytest.param(
        {
            PLACES: {
                "    parent: null\n    code: {value": f"    {MARK}parent: lanzhou\n    code: {{{MARK}value",
                "en: Lanzhou City}\n    parent": f"en: Lanzhou City}}\n    {MARK}parent",
            },
            LOCATIONS: {
                "    coordinates:\n      latitude: 35.54279": f"    {MARK}coordinates:\n      latitude: 35.54279",
            },
        },
        [
            ("locations[0].coordinates", "lies 263 km from lanzhou, more than the 250 km that a city reaches"),
            ("places[0].parent", "'gansu' lies inside itself (gansu → lanzhou → gansu)"),
            ("places[0].code.value", "620000 does not lie in lanzhou; its code must begin with 6201"),
            ("places[3].parent", "'lanzhou' lies inside itself (lanzhou → gansu → lanzhou)"),
        ],
        id="shared places in each other",
    ),
    case(
        "a place in a circle of places that have no point",
        LOCATIONS,
        {
            "    parent: kongtong\n": f"    {MARK}parent: kongtong\n",
            "    parent: pingliang\n": f"    {MARK}parent: kongtong-shili-primary-school\n",
            "    parent: gansu\n": "    parent: kongtong\n",
            '    code: {value: "620802", scheme: GB/T 2260}\n': "",
        }
        | KONGTONG_NOWHERE,
        ("locations[1].parent", "'kongtong' lies inside itself (kongtong → kongtong-shili-primary-school → kongtong)"),
        ("locations[2].parent", "'kongtong-shili-primary-school' lies inside itself"),
    ),
    case(
        "an organisation above itself",
        CAMPAIGN,
        {"parent: gansu-psd": f"{MARK}parent: pingliang-psb"},
        ("organisations[0].parent", "'pingliang-psb' is above itself (pingliang-psb → pingliang-psb)"),
    ),
    case(
        "an event that is a part of its part",
        EVENTS,
        {
            "  - id: pingliang-helmet-column\n": (
                f"  - id: pingliang-helmet-column\n    part_of: {{{MARK}event: pingliang-safety-quiz, basis: stated}}\n"
            ),
            "part_of: {event: pingliang-helmet-column,": f"part_of: {{{MARK}event: pingliang-helmet-column,",
        },
        ("events[4].part_of.event", "(pingliang-helmet-column → pingliang-safety-quiz → pingliang-helmet-column)"),
        ("events[5].part_of.event", "'pingliang-safety-quiz' is a part of itself"),
    ),
    case(
        "an event that is dated by itself",
        EVENTS,
        {
            "relative_to: {event: pingliang-helmet-belt-lectures,": (
                f"{MARK}relative_to: {{event: pingliang-road-home-play,"
            )
        },
        ("events[3].date.relative_to", "an event cannot be dated by itself; name another event"),
    ),
]


@pytest.mark.parametrize(("edits", "expected"), ORDER)
def test_what_goes_in_a_circle(lone: Path, edits: Edits, expected: Sequence[Told]) -> None:
    assert_told(lone, edits, expected)


def test_of_a_long_circle_the_first_and_the_last_are_shown() -> None:
    ids = [f"place-{number}" for number in range(_SHOWN + 1)]
    assert _shown(ids[:_SHOWN]) == " → ".join(ids[:_SHOWN])
    assert _shown(ids) == " → ".join([*ids[: _SHOWN - 2], "…", ids[-1]])


def dated_by(event: str, other: str, relation: str) -> dict[str, str]:
    """Date an event that has a date by another one instead."""
    dates = {
        "pingliang-new-year-guard": "2024-12-30/2025-01-02",
        "pingliang-helmet-belt-lectures": "2025-03",
        "pingliang-safety-quiz": "2025-05-16",
    }
    return {
        f'      when: "{dates[event]}"\n      basis: stated\n': (
            "      when: null\n      basis: not_given\n      note: {zh-Hant: 無, zh-Hans: 无, en: none}\n"
            f"      relative_to: {{event: {other}, relation: {relation}}}\n"
        )
    }


@pytest.mark.parametrize(
    ("edits", "contradict"),
    [
        (dated_by("pingliang-helmet-belt-lectures", "pingliang-road-home-play", "before"), False),
        (dated_by("pingliang-helmet-belt-lectures", "pingliang-safety-quiz", "before"), False),
        (dated_by("pingliang-helmet-belt-lectures", "pingliang-road-home-play", "after"), True),
        (
            dated_by("pingliang-helmet-belt-lectures", "pingliang-safety-quiz", "after")
            | dated_by("pingliang-safety-quiz", "pingliang-road-home-play", "after"),
            True,
        ),
        (
            dated_by("pingliang-safety-quiz", "pingliang-helmet-belt-lectures", "before")
            | dated_by("pingliang-helmet-belt-lectures", "pingliang-new-year-guard", "before"),
            False,
        ),
        (dated_by("pingliang-helmet-belt-lectures", "pingliang-road-home-play", "concurrent"), True),
        (
            dated_by("pingliang-helmet-belt-lectures", "pingliang-safety-quiz", "concurrent")
            | dated_by("pingliang-safety-quiz", "pingliang-new-year-guard", "concurrent"),
            False,
        ),
        (
            dated_by("pingliang-helmet-belt-lectures", "pingliang-safety-quiz", "after")
            | dated_by("pingliang-safety-quiz", "pingliang-road-home-play", "concurrent"),
            True,
        ),
    ],
    ids=[
        "before what is after it",
        "before another",
        "after what is after it",
        "after through another",
        "a line of four",
        "with what is after it",
        "with each other",
        "with what is after what is after it",
    ],
)
def test_before_and_after_must_not_contradict_each_other(lone: Path, edits: dict[str, str], contradict: bool) -> None:
    damage(lone, {EVENTS: edits})
    faults = found_in(lone)
    assert len(faults) == contradict
    for fault in faults:
        assert fault.field.endswith(".date.relative_to")
        assert "contradict" in fault.message


def test_a_contradiction_is_reported_at_an_event_of_it(lone: Path) -> None:
    contradiction = dated_by("pingliang-helmet-belt-lectures", "pingliang-road-home-play", "after")
    damage(lone, {EVENTS: contradiction})
    (fault,) = found_in(lone)
    assert fault.field in ("events[2].date.relative_to", "events[3].date.relative_to")
    line = (lone / EVENTS).read_text(encoding="utf-8").split("\n")[fault.line - 1]
    assert line[fault.column - 1 :].startswith("relative_to: ")
    assert sorted(set(fault.message.split(": ")[1].split(" → "))) == [
        "pingliang-helmet-belt-lectures",
        "pingliang-road-home-play",
    ]


def test_before_and_after_are_held_together_over_campaigns(seeds: Path) -> None:
    damage(
        seeds,
        {
            EVENTS: dated_by("pingliang-safety-quiz", "tianshui-new-media-column", "before"),
            "tianshui/events.yaml": {
                "relative_to: {event: tianshui-media-field-reporting, relation: concurrent}": (
                    "relative_to: {event: pingliang-safety-quiz, relation: before}"
                )
            },
        },
    )
    (fault,) = found_in(seeds)
    assert fault.message.startswith("before and after contradict each other: ")


QUIZ = "{source: pingliang-report, paragraph: 4, sentence: 4, start: 485, end: 528}"
EVIDENCE = [
    case(
        "evidence that begins before its sentence",
        EVENTS,
        {QUIZ: f"{MARK}{{source: pingliang-report, paragraph: 4, sentence: 4, start: 484, end: 528}}"},
        ("events[5].evidence[0]", "484 to 528 is outside its sentence, which goes from 485 to 529"),
    ),
    case(
        "evidence that ends after its sentence",
        EVENTS,
        {QUIZ: f"{MARK}{{source: pingliang-report, paragraph: 4, sentence: 4, start: 485, end: 530}}"},
        ("events[5].evidence[0]", "485 to 530 is outside its sentence, which goes from 485 to 529"),
    ),
    case(
        "evidence in a sentence that is none",
        EVENTS,
        {QUIZ: f"{MARK}{{source: pingliang-report, paragraph: 4, sentence: 5, start: 485, end: 528}}"},
        ("events[5].evidence[0]", "pingliang-report has no sentence 5 in paragraph 4"),
    ),
    case(
        "evidence in a paragraph that is none",
        EVENTS,
        {QUIZ: f"{MARK}{{source: pingliang-report, paragraph: 6, sentence: 4, start: 485, end: 528}}"},
        ("events[5].evidence[0]", "pingliang-report has no sentence 4 in paragraph 6"),
    ),
    case(
        "evidence that ends before it starts",
        CAMPAIGN,
        {
            "sentence: 1, start: 540, end: 553}": "sentence: 1, start: 553, end: 540}",
            "      - {source: pingliang-report, paragraph: 5, sentence: 1,": (
                f"      - {MARK}{{source: pingliang-report, paragraph: 5, sentence: 1,"
            ),
        },
        ("plans[0].evidence[0]", "ends at 540, not after its start 553"),
    ),
    case(
        "evidence of nothing",
        CAMPAIGN,
        {
            "      - {source: pingliang-report, paragraph: 5, sentence: 1, start: 540, end: 553}": (
                f"      - {MARK}{{source: pingliang-report, paragraph: 5, sentence: 1, start: 540, end: 540}}"
            )
        },
        ("plans[0].evidence[0]", "ends at 540, not after its start 540"),
    ),
    case(
        "a sentence that overlaps the one above",
        SOURCES,
        {"- {paragraph: 2, sentence: 2, start: 102,": f"- {MARK}{{paragraph: 2, sentence: 2, start: 101,"},
        ("sources[0].sentences[2]", "starts at 101, before the sentence above ends (102)"),
    ),
    case(
        "a sentence that is numbered before the one above",
        SOURCES,
        {
            "cleaned: {length: 577": "cleaned: {length: 578",
            "    corrections:\n": (
                f"      - {MARK}{{paragraph: 5, sentence: 1, start: 577, end: 578, kind: footer,\n"
                f'         sha256: "{"0" * 64}", {PARAPHRASE}}}\n    corrections:\n'
            ),
        },
        ("sources[0].sentences[12]", "must be numbered after the sentence above"),
    ),
    case(
        "a sentence that is numbered as the one above",
        SOURCES,
        {
            "cleaned: {length: 577": "cleaned: {length: 578",
            "    corrections:\n": (
                f"      - {MARK}{{paragraph: 5, sentence: 2, start: 577, end: 578, kind: footer,\n"
                f'         sha256: "{"0" * 64}", {PARAPHRASE}}}\n    corrections:\n'
            ),
        },
        ("sources[0].sentences[12]", "must be numbered after the sentence above"),
    ),
    case(
        "a sentence beyond the text",
        SOURCES,
        {
            "cleaned: {length: 577": "cleaned: {length: 576",
            "- {paragraph: 5, sentence: 2, start: 554": f"- {MARK}{{paragraph: 5, sentence: 2, start: 554",
        },
        ("sources[0].sentences[11]", "ends at 577, after the text's 576 code points"),
    ),
    case(
        "a correction beyond the text",
        SOURCES,
        {"- at: 297": f"- {MARK}at: 577"},
        ("sources[0].corrections[0].at", "577 is after the text's 577 code points"),
    ),
    case(
        "a figure longer than its evidence",
        OUTCOMES,
        {
            "    as_stated: 3.5公里": f"    {MARK}as_stated: 3.5公里",
            "sentence: 3, start: 314, end: 340}": "sentence: 3, start: 314, end: 318}",
        },
        ("outcomes[5].as_stated", "'3.5公里' is longer than any evidence of its record; widen one"),
    ),
    case(
        "a date longer than its own evidence",
        CAMPAIGN,
        {
            "  as_stated: 2024年12月至2025年5月": f"  {MARK}as_stated: 2024年12月至2025年5月",
            "sentence: 1, start: 22, end: 38}": "sentence: 1, start: 22, end: 37}",
        },
        ("reporting_period.as_stated", "'2024年12月至2025年5月' is longer than any"),
    ),
    case(
        "a date longer than the evidence of its event",
        EVENTS,
        {
            "      as_stated: 2025年5月16日": f"      {MARK}as_stated: 2025年5月16日",
            QUIZ: "{source: pingliang-report, paragraph: 4, sentence: 4, start: 485, end: 489}",
        },
        ("events[5].date.as_stated", "'2025年5月16日' is longer than any evidence of its record"),
    ),
    case(
        "a name longer than its evidence",
        LOCATIONS,
        {"    as_stated: 兰州市": f"    {MARK}as_stated: 甘肃兰州市"},
        ("mentions[4].as_stated", "'甘肃兰州市' is longer than any"),
    ),
    case(
        "the campaign's name longer than its evidence",
        CAMPAIGN,
        {
            "name_as_stated: “平安上学路”交通安全进校园活动": (
                f"{MARK}name_as_stated: “平安上学路”交通安全进校园活动{'及其他各项工作' * 4}交通安全进校园活动"
            ),
        },
        ("name_as_stated", "is longer than any"),
    ),
]


@pytest.mark.parametrize(("edits", "expected"), EVIDENCE)
def test_what_cannot_stand_in_the_source(lone: Path, edits: Edits, expected: Sequence[Told]) -> None:
    assert_told(lone, edits, expected)


def test_what_began_on_the_day_that_its_source_was_published_is_no_plan(lone: Path) -> None:
    unprinted = {"\n      as_stated: 2025年5月16日\n    organisers": "\n    organisers"}
    assert_told(lone, {EVENTS: {'when: "2025-05-16"': 'when: "2025-06-20"'} | unprinted}, [])


def test_the_last_character_of_a_source_may_be_corrected(lone: Path) -> None:
    assert_told(lone, {SOURCES: {"- at: 297": "- at: 576"}}, [])


FORMS = [
    case(
        "an event's id without the campaign's",
        EVENTS,
        {"- id: pingliang-safety-quiz": f"- {MARK}id: safety-quiz"},
        ("events[5].id", "'safety-quiz' must begin with the campaign's id; write pingliang-safety-quiz"),
    ),
    case(
        "an outcome's id without the campaign's",
        OUTCOMES,
        {"- id: pingliang-gate-order": f"- {MARK}id: gate-order"},
        ("outcomes[4].id", "'gate-order' must begin with the campaign's id; write pingliang-gate-order"),
    ),
    case(
        "a figure's id that is not its metric's",
        OUTCOMES,
        {"- id: pingliang-guarded-lanes-marked": f"- {MARK}id: pingliang-lanes"},
        ("outcomes[5].id", "'pingliang-lanes' must be named for its metric; write pingliang-guarded-lanes-marked"),
    ),
    case(
        "a component that is a part of nothing",
        EVENTS,
        {
            "- id: pingliang-safety-quiz": f"- {MARK}id: pingliang-safety-quiz",
            "    part_of: {event: pingliang-helmet-column, basis: stated}\n": "",
        },
        ("events[5].id", "a component needs part_of, the event that it is a part of"),
    ),
]


@pytest.mark.parametrize(("edits", "expected"), FORMS)
def test_what_is_named_or_linked_wrongly(lone: Path, edits: Edits, expected: Sequence[Told]) -> None:
    assert_told(lone, edits, expected)


def test_a_figure_may_be_named_for_its_metric_and_more(lone: Path) -> None:
    edits = {"- id: pingliang-guarded-lanes-marked": "- id: pingliang-guarded-lanes-marked-in-may"}
    assert_told(lone, {OUTCOMES: edits}, [])


def test_a_text_that_is_half_a_character_is_reported_where_it_stands(lone: Path) -> None:
    damage(lone, {EVENTS: {"en: Road safety quiz}": 'en: "Road \\uD800 quiz"}'}})
    text = (lone / EVENTS).read_text(encoding="utf-8")
    (fault,) = found_in(lone)
    assert fault.file == lone / EVENTS
    assert fault.line == text[: text.index("\\uD800")].count("\n") + 1
    assert len(fault.message) < 200


BROKEN_INSIDE = {
    "a sentence of a source": (SOURCES, {"kind: footer,": "kind: foter,"}, "sources[0].sentences[11].kind"),
    "evidence of an event": (EVENTS, {QUIZ: QUIZ.replace("485", "'485'")}, "events[5].evidence[0].start"),
    "a place of a group": (CAMPAIGN, {"locations: [kongtong]": "locations: [Kongtong]"}, "organisations[2].coverage"),
}


@pytest.mark.parametrize("name", BROKEN_INSIDE)
def test_a_fault_inside_a_list_does_not_make_the_list_too_short(lone: Path, name: str) -> None:
    file, edits, field = BROKEN_INSIDE[name]
    damage(lone, {file: edits})
    (fault,) = found_in(lone)
    assert fault.field.startswith(field)


def file_fault(file: Path, field: str, message: str) -> Fault:
    return Fault(file, 1, 1, field, message)


def test_a_file_that_would_not_be_read_is_reported(lone: Path) -> None:
    known = "campaign.yaml, sources.yaml, locations.yaml, events.yaml, outcomes.yaml"
    strays = [
        lone / "pingliang" / "events.yml",
        lone / "pingliang" / "notes.txt",
        lone / "pingliang" / "places.yaml",
    ]
    for stray in strays:
        stray.write_text("a: 1\n", encoding="utf-8")
    (lone / "pingliang" / "old").mkdir()
    for name in ("events.yaml", "places.yml"):
        (lone / name).write_text("a: 1\n", encoding="utf-8")
    (lone / "README.md").write_text("What is here.\n", encoding="utf-8")
    assert found_in(lone) == sorted(
        [
            *(
                file_fault(stray, "(file)", f"is not read; a campaign's folder has {known}")
                for stray in [*strays, lone / "pingliang" / "old"]
            ),
            *(
                file_fault(lone / name, "(file)", "is not read; only places.yaml and folders belong here")
                for name in ("events.yaml", "places.yml")
            ),
        ]
    )


def test_a_hidden_folder_is_no_campaign(lone: Path) -> None:
    (lone / ".schema").mkdir()
    (lone / ".schema" / "places.json").write_text("{}", encoding="utf-8")
    assert found_in(lone) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_is_missing_is_reported(lone: Path, name: str) -> None:
    (lone / name).unlink()
    assert found_in(lone) == [file_fault(lone / name, "(document)", "cannot be read: No such file or directory")]


def test_a_folder_without_documents_is_reported_with_each(lone: Path) -> None:
    (lone / "lanzhou").mkdir()
    faults = found_in(lone)
    assert [fault.file.name for fault in faults] == [
        "campaign.yaml",
        "events.yaml",
        "locations.yaml",
        "outcomes.yaml",
        "sources.yaml",
    ]
    assert {fault.file.parent for fault in faults} == {lone / "lanzhou"}


def test_seeds_without_a_campaign_are_reported(lone: Path) -> None:
    shutil.rmtree(lone / "pingliang")
    assert found_in(lone) == [file_fault(lone, "(folder)", "has no campaign; add a folder with campaign.yaml in it")]


@pytest.mark.parametrize("name", ["nowhere", PLACES])
def test_seeds_that_are_no_folder_are_reported(lone: Path, name: str) -> None:
    assert found_in(lone / name) == [
        file_fault(lone / name, "(folder)", "is not a folder; name the folder that has places.yaml")
    ]


SEVERAL: Edits = {
    PLACES: {"latitude: 36.05701": f"{MARK}latitude: 360.5701"},
    CAMPAIGN: {"    item_count: 4\n": f"    {MARK}item_count: 0\n"},
    EVENTS: {
        "en: Road safety quiz}": f"{MARK}en: ''}}",
        "    series_count: 3\n": f"    {MARK}serie_count: 3\n",
    },
    "tianshui/outcomes.yaml": {
        "  - id: tianshui-works-created\n    kind: quantitative": (
            f"  - id: tianshui-works-created\n    {MARK}kind: quantitive"
        )
    },
}


def test_all_faults_of_all_files_are_reported_in_one_run(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = damage(seeds, SEVERAL)
    (seeds / SOURCES).unlink()
    assert main(["check", "--seeds", str(seeds)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    lines = [line for line in err.splitlines() if not line.startswith(("reading ", "checking"))]
    assert len(lines) == 7
    fields = [
        "programmes[0].item_count",
        "events[2].serie_count",
        "events[5].title.en",
        "places[9].coordinates.latitude",
        "outcomes[10].kind",
    ]
    expected = sorted(
        [
            *((*place, field) for place, field in zip(places, fields, strict=True)),
            (seeds / SOURCES, 1, 1, "(document)"),
        ]
    )
    for line, (file, number, column, field) in zip(lines, expected, strict=False):
        assert line.startswith(f"{file}:{number}:{column}: {field}: ")
    assert lines[-1].startswith("6 fault")


def test_all_faults_between_documents_are_reported_in_one_run(lone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = damage(
        lone,
        {
            LOCATIONS: {"    parent: pingliang\n": f"    {MARK}parent: kongtong\n"},
            EVENTS: {
                "programme: pingliang-four-things": f"{MARK}programme: zzz",
                QUIZ: f"{MARK}{{source: pingliang-report, paragraph: 4, sentence: 4, start: 484, end: 528}}",
            },
            SOURCES: {"- at: 297": f"- {MARK}at: 577"},
        },
    )
    assert main(["check", "--seeds", str(lone)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    *lines, count = err.splitlines()
    assert lines == [
        f"reading {lone / 'pingliang'}",
        "checking",
        *(
            f"{file}:{line}:{column}: {rest}"
            for (file, line, column), rest in zip(
                places,
                [
                    "events[2].programme: there is no programme 'zzz'",
                    "events[5].evidence[0]: 484 to 528 is outside its sentence, which goes from 485 to 529",
                    "locations[1].parent: 'kongtong' lies inside itself (kongtong → kongtong); name another",
                    "sources[0].corrections[0].at: 577 is after the text's 577 code points",
                ],
                strict=True,
            )
        ),
    ]
    assert count.startswith("4 fault")


def test_a_broken_record_hides_no_fault_of_another(lone: Path) -> None:
    assert_told(
        lone,
        {
            EVENTS: {
                "    series_count: 3\n": f"    {MARK}series_count: 0\n",
                "channel: pingliang-media": f"{MARK}channel: zzz",
                "- id: pingliang-safety-quiz": f"- {MARK}id: safety-quiz",
            },
            PLACES: {"latitude: 34.57952": f"{MARK}latitude: 95"},
            OUTCOMES: {
                "    value: 3.5\n": "    value: 3.6\n",
                "- id: pingliang-guarded-lanes-marked": f"- {MARK}id: pingliang-guarded-lanes-marked",
            },
        },
        [
            ("events[2].series_count", "greater than or equal to 1"),
            ("events[4].channel", "there is no organisation 'zzz'"),
            ("events[5].id", "must begin with the campaign's id"),
            ("outcomes[5]", "does not contain the value 3.6"),
            ("places[1].coordinates.latitude", "less than or equal to 90"),
        ],
    )


BROKEN = {
    "a shared place": (PLACES, "latitude: 36.05701", "latitude: 360"),
    "a source of coordinates": (PLACES, "licence: CC0-1.0", "licence: ''"),
    "a pillar": (CAMPAIGN, "en: Learning and Doing}", "en: ''}"),
    "a strand": (CAMPAIGN, "en: trying it out online}", "en: ''}"),
    "a programme": (CAMPAIGN, "    item_count: 4\n", "    item_count: 0\n"),
    "an organisation": (CAMPAIGN, "kind: media_channel", "kind: channel"),
    "the campaign itself": (CAMPAIGN, "area: pingliang\n", ""),
    "a source": (SOURCES, "    url: null\n", "    url: example\n"),
    "a place": (LOCATIONS, "latitude: 35.5425\n", "latitude: 355\n"),
    "a mention": (LOCATIONS, "as_stated: 兰州市", "as_stated: ''"),
    "an event": (EVENTS, "    series_count: 3\n", "    series_count: 0\n"),
    "an event that others are dated by or a part of": (EVENTS, "    online: true\n", "    online: yes\n"),
    "an outcome": (OUTCOMES, "    value: 3.5\n", "    value: 3.6\n"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_refers_to_a_broken_record_is_not_reported_to_be_wrong(lone: Path, name: str) -> None:
    file, old, new = BROKEN[name]
    damage(lone, {file: {old: new}})
    (fault,) = found_in(lone)
    assert fault.file == lone / file


SECOND_SOURCE = """sources:
  - id: pingliang-notice
    language: zh-Hans
    title: null
    author: null
    url: {url}
    published: {{when: null, basis: not_given, note: {{zh-Hant: 無, zh-Hans: 无, en: none}}}}
    not_given_note: {{zh-Hant: 無, zh-Hans: 无, en: none}}
    publisher: pingliang-psb
    publisher_role: {{zh-Hant: 來源, zh-Hans: 来源, en: source}}
    publisher_address: null
    received: {{length: 4, sha256: "{digest}"}}
    cleaned: {{length: 4, sha256: "{digest}"}}
    pinyin_notes: 0
    sentences:
      - {{paragraph: 1, sentence: 1, start: 0, end: 4, kind: body, sha256: "{digest}",
         paraphrase: {{zh-Hant: 無, zh-Hans: 无, en: none}}}}
    evidence:
      - {{source: pingliang-notice, paragraph: 1, sentence: 1, start: 0, end: 4}}
"""


@pytest.mark.parametrize(("url", "fields"), [("null", []), ("example", ["sources[0].url"])])
def test_what_stands_on_a_broken_source_is_not_reported_to_be_wrong(lone: Path, url: str, fields: list[str]) -> None:
    damage(
        lone,
        {
            SOURCES: {"sources:\n": SECOND_SOURCE.format(url=url, digest="0" * 64)},
            CAMPAIGN: {
                "{source: pingliang-report, paragraph: 5, sentence: 1, start: 540, end: 553}": (
                    "{source: pingliang-notice, paragraph: 1, sentence: 1, start: 0, end: 4}"
                )
            },
        },
    )
    assert [fault.field for fault in found_in(lone)] == fields


def test_a_copied_campaign_is_reported_with_the_first(lone: Path) -> None:
    shutil.copytree(lone / "pingliang", lone / "second")
    with pytest.raises(SeedError) as caught:
        read_checked(lone, lambda _: None)
    copied = lone / "second/campaign.yaml"
    (fault,) = (fault for fault in caught.value.faults if (fault.file, fault.field) == (copied, "id"))
    first = (lone / CAMPAIGN).read_text(encoding="utf-8").splitlines().index("id: pingliang") + 1
    assert fault.message == f"'pingliang' is already the id of another campaign, at {lone / CAMPAIGN}:{first}"


def test_a_source_that_is_none_is_reported_with_all_that_are(lone: Path) -> None:
    edits = {
        SOURCES: {"sources:\n": SECOND_SOURCE.format(url="null", digest="0" * 64)},
        CAMPAIGN: {
            "{source: pingliang-report, paragraph: 5, sentence: 1, start: 540, end: 553}": (
                f"{{{MARK}source: pingliang-notices, paragraph: 1, sentence: 1, start: 0, end: 4}}"
            )
        },
    }
    places = damage(lone, edits)
    (fault,) = found_in(lone)
    assert printed(fault)[:3] == places[0]
    assert fault.message == (
        "'pingliang-notices' is not a source of this campaign; one of: pingliang-notice, pingliang-report"
    )


def test_an_event_may_be_of_no_pillar_and_a_programme_of_nothing(lone: Path) -> None:
    damage(
        lone,
        {
            EVENTS: {"pillar: pingliang-class\n    strand: null": "pillar: null\n    strand: null"},
            CAMPAIGN: {
                "scope: {level: campaign, id: pingliang}\n": (
                    "scope: null\n    note: {zh-Hant: 無, zh-Hans: 无, en: none}\n"
                )
            },
        },
    )
    assert found_in(lone) == []


def make_unreadable(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "\t]\n", encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_refers_into_a_file_that_is_no_yaml_is_not_reported_to_be_wrong(lone: Path, name: str) -> None:
    make_unreadable(lone / name)
    (fault,) = found_in(lone)
    assert fault.file == lone / name
    assert fault.message.startswith("not readable as YAML")


def test_what_refers_into_a_file_of_another_campaign_is_not_reported_to_be_wrong(seeds: Path) -> None:
    make_unreadable(seeds / "tianshui" / "campaign.yaml")
    (fault,) = found_in(seeds)
    assert fault.file == seeds / "tianshui" / "campaign.yaml"


def test_a_file_that_is_no_yaml_hides_no_fault_of_another(seeds: Path) -> None:
    file = seeds / "tianshui" / "events.yaml"
    make_unreadable(file)
    damage(seeds, {EVENTS: {"    online: true\n": "    online: yes\n"}})
    assert [(fault.file, fault.field) for fault in found_in(seeds)] == [
        (seeds / EVENTS, "events[4].online"),
        (file, "(document)"),
    ]


def test_good_seeds_are_reported_to_be_good(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--seeds", str(seeds)]) == 0
    out, err = capsys.readouterr()
    assert out == f"{seeds}: 2 campaign(s), no faults\n"
    assert err.splitlines() == [f"reading {seeds / 'pingliang'}", f"reading {seeds / 'tianshui'}", "checking"]


def test_an_organisation_that_campaigns_list_is_the_same_in_each(seeds: Path) -> None:
    damage(
        seeds,
        {
            CAMPAIGN: {
                "  - id: gansu-psd\n    kind: provincial_authority\n": "  - id: gansu-psd\n    kind: association\n",
                "en: Gansu Provincial Public Security Department}": "en: Gansu Police}",
            }
        },
    )
    first = f"{seeds / CAMPAIGN}:185"
    assert [(fault.file, fault.field, fault.message) for fault in found_in(seeds)] == [
        (
            seeds / "tianshui" / "campaign.yaml",
            "organisations[1].id",
            f"'gansu-psd' has another {fact} in another campaign, at {first}",
        )
        for fact in ("kind", "name")
    ]
