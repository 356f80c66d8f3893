"""Fields with values of the wrong type, form or size."""

from tests.build.bad.case import Case, Target
from tests.build.edits import CAMPAIGN, EVENTS, LOCATIONS, MARK, OUTCOMES, SOURCES

LATITUDE = Target(LOCATIONS, "latitude: 35.54279", f"{MARK}latitude: {{}}", "locations[0].coordinates.latitude")
LONGITUDE = Target(LOCATIONS, "longitude: 106.68614", f"{MARK}longitude: {{}}", "locations[0].coordinates.longitude")
COUNT = Target(EVENTS, "series_count: 3", f"{MARK}series_count: {{}}", "events[2].series_count")
QUIZ = "sentence: 4, start: 485, end: 528}"
START = Target(EVENTS, QUIZ, f"sentence: 4, {MARK}start: {{}}, end: 528}}", "events[5].evidence[0].start")
QUIZ_DATE = '    date:\n      when: "2025-05-16"'
DATE = Target(EVENTS, QUIZ_DATE, f"    {MARK}date:\n      when: {{}}", "events[5].date")
WHEN = Target(EVENTS, 'when: "2025-05-16"', f"{MARK}when: {{}}", "events[5].date.when")
ID = Target(CAMPAIGN, "- id: pingliang-new-helmets", f"- {MARK}id: {{}}", "plans[0].id")
WORDS = Target(EVENTS, "en: Road safety quiz}", f"{MARK}en: {{}}}}", "events[5].title.en")
ESCAPES = Target(EVENTS, "en: Road safety quiz}", f"en: {MARK}{{}}}}", "events[5].title.en")
TEXT = Target(
    EVENTS,
    "title: {zh-Hant: 交通安全知識競賽, zh-Hans: 交通安全知识竞赛, en: Road safety quiz}",
    f"{MARK}title: {{}}",
    "events[5].title",
)
CODE = Target(LOCATIONS, '{value: "620802", scheme', f"{{{MARK}value: {{}}, scheme", "locations[1].code.value")
DIGEST = Target(
    SOURCES,
    'sha256: "38afe092c68080556e152b29afb8118d1317568177a912da34188471402d432d",',
    f"{MARK}sha256: {{}},",
    "sources[0].sentences[11].sha256",
)
URL = Target(SOURCES, "    url: null\n", f"    {MARK}url: {{}}\n", "sources[0].url")
TERM = Target(EVENTS, "    kind: component\n", f"    {MARK}kind: {{}}\n", "events[5].kind")
ONLINE = Target(EVENTS, "    online: true\n", f"    {MARK}online: {{}}\n", "events[4].online")
PRINTED = Target(OUTCOMES, "as_stated: 近千人", f"{MARK}as_stated: {{}}", "outcomes[2].as_stated")
VALUE = Target(OUTCOMES, "    value: 1000\n", f"    {MARK}value: {{}}\n", "outcomes[2].value")
RECORDS = Target(CAMPAIGN, "deployed_by: [gansu-psd]", f"{MARK}deployed_by: {{}}", "deployed_by")

_NUMBER = "should be a valid number"
_INTEGER = "should be a valid integer"
_TEXT = "should be a valid string"
_OBJECT = "should be an object"
_ID = "should match pattern '^[a-z0-9]+"
_NO_DAY = "does not exist in the calendar"
_NO_DATE = "is not a date; write 2024-09-20, 2024-09, 2024"

_WRONG: dict[Target, dict[str, str]] = {
    LATITUDE: {
        "north": f"{_NUMBER} (it is 'north')",
        "'35.5'": f"{_NUMBER} (it is '35.5')",
        "null": f"{_NUMBER} (it is None)",
        "true": f"{_NUMBER} (it is True)",
        "[35.5]": _NUMBER,
        "{degrees: 35}": _NUMBER,
        "35,54": f"{_NUMBER} (it is '35,54')",
        "35.5N": f"{_NUMBER} (it is '35.5N')",
        "35°32′": f"{_NUMBER} (it is '35°32′')",
        "３５.5": f"{_NUMBER} (it is '３５.5')",
        ".nan": f"{_NUMBER} (it is '.nan')",
        "NaN": f"{_NUMBER} (it is 'NaN')",
        ".inf": f"{_NUMBER} (it is '.inf')",
        "-.Inf": f"{_NUMBER} (it is '-.Inf')",
        "1.0e999": f"{_NUMBER} (it is '1.0e999')",
        f"{'9' * 400}.0": f"{_NUMBER} (it is '{'9' * 80}'…)",
        "91": "less than or equal to 90 (it is 91)",
        "-90.01": "greater than or equal to -90 (it is -90.01)",
        "106.68614": "less than or equal to 90 (it is 106.68614)",
        "999999999999999999": "less than or equal to 90",
        "9999999999999999999": f"{_NUMBER} (it is '9999999999999999999')",
        "1" * 5000: f"{_NUMBER} (it is '{'1' * 80}'…)",
    },
    LONGITUDE: {
        "180.5": "less than or equal to 180 (it is 180.5)",
        "-181": "greater than or equal to -180 (it is -181)",
        "106.6°E": f"{_NUMBER} (it is '106.6°E')",
        "": f"{_NUMBER} (it is None)",
    },
    COUNT: {
        "three": f"{_INTEGER} (it is 'three')",
        "三": f"{_INTEGER} (it is '三')",
        "'3'": f"{_INTEGER} (it is '3')",
        "3.0": f"{_INTEGER} (it is 3.0)",
        "03": f"{_INTEGER} (it is '03')",
        "0x3": f"{_INTEGER} (it is '0x3')",
        "3000000000": "Input should be less than or equal to 2147483647 (it is 3000000000)",
        "1_000": f"{_INTEGER} (it is '1_000')",
        "true": f"{_INTEGER} (it is True)",
        "[3]": _INTEGER,
        "0": "greater than or equal to 1 (it is 0)",
        "-3": "greater than or equal to 1 (it is -3)",
        "9999999999999999999": f"{_INTEGER} (it is '9999999999999999999')",
    },
    START: {
        "-1": "greater than or equal to 0 (it is -1)",
        "485.5": f"{_INTEGER} (it is 485.5)",
        "null": f"{_INTEGER} (it is None)",
        "'485'": f"{_INTEGER} (it is '485')",
    },
    DATE: {
        '"2025-02-29"': _NO_DAY,
        '"2025-00"': _NO_DAY,
        '"2025-13"': _NO_DAY,
        '"2025-20"': _NO_DAY,
        '"2025-25"': _NO_DAY,
        '"2025-04-31"': _NO_DAY,
        '"0000"': _NO_DAY,
        "0000-01-01": _NO_DAY,
        "2025-1-1": _NO_DATE,
        "25-05-16": _NO_DATE,
        "16.05.2025": _NO_DATE,
        "2025/05/16": _NO_DATE,
        "2025-05-16T10:00": _NO_DATE,
        "2025-05-16 10:00:00": _NO_DATE,
        "２０２５-05": _NO_DATE,
        "2025年5月16日": _NO_DATE,
        "-2025-05": _NO_DATE,
        "12025-05": _NO_DATE,
        '""': _NO_DATE,
        '" 2025"': _NO_DATE,
        r'"2025-05-16\n"': _NO_DATE,
        "2025-05-16/": _NO_DATE,
        "2025-05-16/..": _NO_DATE,
        "2025-05-15/2025-05-16/2025-05-17": _NO_DATE,
        "2025-05-16/2025-05-15": "ends before it starts; put the earlier date first",
        "2025-05-16/2024-05-16": "ends before it starts; put the earlier date first",
        "2025-05-16/2025-05-16": "starts and ends together; write '2025-05-16'",
        "2025-05-16/2025-06": "joins a day and a month; write",
        "2025/2025-21": "joins a year and a season; write",
        "2" * 9000: f"'{'2' * 80}'… is not a date",
    },
    WHEN: {
        "2025": f"{_TEXT} (it is 2025)",
        "20250516": f"{_TEXT} (it is 20250516)",
        "true": f"{_TEXT} (it is True)",
        "[2025-05-16]": _TEXT,
        "{from: 2025-05-16}": _TEXT,
    },
    ID: {
        "Pingliang-helmets": _ID,
        "pingliang_helmets": _ID,
        "pingliang--helmets": _ID,
        "helmets-": _ID,
        '"-helmets"': _ID,
        "new helmets": _ID,
        "新頭盔": _ID,
        "hélmets": _ID,
        "helmets/2": _ID,
        "../helmets": _ID,
        "helmets.yaml": _ID,
        r'"helmets\n"': _ID,
        '""': _ID,
        "7": f"{_TEXT} (it is 7)",
        "null": f"{_TEXT} (it is None)",
        "[helmets]": _TEXT,
        "h" * 81: f"at most 80 characters (it is '{'h' * 80}'…)",
        "h" * 100_000: "at most 80 characters",
    },
    WORDS: {
        "''": "is blank or has space at an end; write the words alone",
        "'\u3000'": "is blank or has space at an end",
        "' Quiz'": "is blank or has space at an end",
        r'"Quiz\n"': "is blank or has space at an end",
        "7": f"{_TEXT} (it is 7)",
        "null": f"{_TEXT} (it is None)",
        "true": f"{_TEXT} (it is True)",
        "[Quiz]": _TEXT,
        "{quiz: Quiz}": _TEXT,
        "Q" * 5001: "has 5,001 characters; write at most 5,000",
        "考" * 200_000: "has 200,000 characters; write at most 5,000",
    },
    ESCAPES: {
        r'"Quiz\0"': "has the character U+0000; leave it out",
        r'"\e[31mQuiz"': "has the character U+001B; leave it out",
        r'"Qu\x7Fiz"': "has the character U+007F; leave it out",
        r'"Quiz\uFFFF"': "has the character U+FFFF; leave it out",
        r'"\uFEFFQuiz"': "has the character U+FEFF; leave it out",
        r'"\uD83DQuiz"': "has an unpaired surrogate; write the character itself",
    },
    TEXT: {
        "Quiz": f"{_OBJECT} (it is 'Quiz')",
        "null": f"{_OBJECT} (it is None)",
        "[Quiz]": _OBJECT,
        "7": f"{_OBJECT} (it is 7)",
    },
    CODE: {
        "620802": f"{_TEXT} (it is 620802)",
        '"62080"': "should match pattern",
        '"6208022"': "should match pattern",
        '"62080a"': "should match pattern",
        '"６２０８０２"': "should match pattern",
        '" 620802"': "should match pattern",
    },
    DIGEST: {
        '""': "should match pattern",
        "null": f"{_TEXT} (it is None)",
        f'"{"0" * 63}"': "should match pattern",
        f'"{"0" * 65}"': "should match pattern",
        f'"{"A" * 64}"': "should match pattern",
        f'"{"g" * 64}"': "should match pattern",
        f"sha256:{'0' * 64}": "should match pattern",
    },
    URL: {
        "example": "valid URL",
        "//example.org": "valid URL",
        "'http://'": "valid URL",
        "'http://[::1'": "valid URL",
        "'https://exa mple.org/'": "valid URL",
        "javascript:alert(1)": "scheme should be 'http' or 'https'",
        "file:///etc/passwd": "scheme should be 'http' or 'https'",
        "7": "URL",
        f"https://example.org/{'a' * 3000}": "at most 2083 characters",
    },
    TERM: {
        "Component": "is 'Component'; did you mean 'component'? one of: event, series, initiative, component",
        "null": "is 'None'; one of: event",
        "7": "is '7'; one of: event",
        "[component]": "one of: event, series, initiative, component",
        "活動": "is '活動'; one of: event",
        "x" * 70_000: f"is '{'x' * 80}'…; one of: event",
    },
    ONLINE: {
        "yes": "valid boolean (it is 'yes')",
        "on": "valid boolean (it is 'on')",
        "1": "valid boolean (it is 1)",
        "'true'": "valid boolean (it is 'true')",
        "": "valid boolean (it is None)",
        "[true]": "valid boolean",
    },
    PRINTED: {
        "''": "at least 1 character",
        "1000": f"{_TEXT} (it is 1000)",
        "人" * 61: "at most 60 characters",
    },
    VALUE: {
        "一千": f"{_NUMBER} (it is '一千')",
        "1000人": f"{_NUMBER} (it is '1000人')",
        "1,000": f"{_NUMBER} (it is '1,000')",
        ".nan": f"{_NUMBER} (it is '.nan')",
        "'1000'": f"{_NUMBER} (it is '1000')",
    },
    RECORDS: {
        "gansu-psd": "valid array (it is 'gansu-psd')",
        "null": "valid array (it is None)",
        "{id: gansu-psd}": "valid array",
    },
}

VALUES: list[Case] = [
    target.case(value, message) for target, wrong in _WRONG.items() for value, message in wrong.items()
]
