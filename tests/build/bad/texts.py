"""Files that are no text or no YAML, or YAML that would stand for something else."""

import gzip
import zlib
from collections.abc import Callable, Mapping

from tests.build.bad.case import Case
from tests.build.edits import EVENTS, MARK

RAW: Mapping[str, tuple[bytes, str]] = {
    "a byte of Latin-1": (b"\xe9", "byte 0xE9 is not UTF-8"),
    "a byte of Windows": (b"\x93", "byte 0x93 is not UTF-8"),
    "a byte that is never in UTF-8": (b"\xff", "byte 0xFF is not UTF-8"),
    "a character cut off": ("競".encode()[:2], "byte 0xE7 is not UTF-8"),
    "a character of GB 18030": ("競".encode("gb18030"), "is not UTF-8"),
    "a character of Big5": ("競".encode("big5"), "is not UTF-8"),
    "an overlong slash": (b"\xc0\xaf", "byte 0xC0 is not UTF-8"),
    "an overlong NUL": (b"\xc0\x80", "byte 0xC0 is not UTF-8"),
    "half a pair": (b"\xed\xa0\xbd", "byte 0xED is not UTF-8"),
    "a pair of halves": (b"\xed\xa0\xbd\xed\xb8\x80", "byte 0xED is not UTF-8"),
    "a number beyond Unicode": (b"\xf4\x90\x80\x80", "byte 0xF4 is not UTF-8"),
    "NUL": (b"\0", "character U+0000 is not allowed in YAML"),
    "a bell": (b"\a", "character U+0007 is not allowed in YAML"),
    "an escape sequence": (b"\x1b[31m", "character U+001B is not allowed in YAML"),
    "a form feed": (b"\f", "character U+000C is not allowed in YAML"),
    "a delete": (b"\x7f", "character U+007F is not allowed in YAML"),
    "a control of the upper half": ("\x9b".encode(), "character U+009B is not allowed in YAML"),
    "a byte order mark": ("\ufeff".encode(), "character U+FEFF is not allowed in YAML"),
    "a character that is none": ("\uffff".encode(), "character U+FFFF is not allowed in YAML"),
}
"""Bytes put into a title, each with what is reported of the first."""

WHOLE: Mapping[str, tuple[Callable[[str], bytes], str]] = {
    "UTF-16 with its mark": (lambda text: text.encode("utf-16"), "1:1: (encoding): byte 0xFF is not UTF-8"),
    "UTF-16 the other way": (
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        "1:1: (encoding): byte 0xFE is not UTF-8",
    ),
    "UTF-16 without its mark": (
        lambda text: text.encode("utf-16-le"),
        "10:44: (encoding): byte 0xE8 is not UTF-8",
    ),
    "UTF-32": (lambda text: text.encode("utf-32"), "1:1: (encoding): byte 0xFF is not UTF-8"),
    "a byte order mark": (
        lambda text: text.encode("utf-8-sig"),
        "1:1: (encoding): character U+FEFF is not allowed in YAML",
    ),
    "GB 18030": (lambda text: text.encode("gb18030"), "10:22: (encoding): byte 0xBF is not UTF-8"),
    "UTF-8 encoded twice": (
        lambda text: text.encode().decode("latin-1").encode(),
        "10:52: (encoding): character U+008A is not allowed in YAML",
    ),
    "NULs": (lambda text: bytes(len(text)), "1:1: (encoding): character U+0000 is not allowed in YAML"),
    "gzip": (lambda text: gzip.compress(text.encode(), mtime=0), "1:2: (encoding): byte 0x8B is not UTF-8"),
    "zlib": (lambda text: zlib.compress(text.encode()), "1:2: (encoding): byte 0x9C is not UTF-8"),
    "an image": (lambda _: b"\x89PNG\r\n\x1a\n", "1:1: (encoding): byte 0x89 is not UTF-8"),
    "nothing": (lambda _: b"", "1:1: (document): is empty; write the document's fields"),
    "blank lines": (lambda _: b"\n \n\n", "1:1: (document): is empty"),
    "a comment": (lambda _: b"# events: []\n", "1:1: (document): is empty"),
    "null": (lambda _: b"~\n", "1:1: (document): Input should be an object"),
    "a number": (lambda _: b"7\n", "1:1: (document): Input should be an object"),
    "a word": (lambda _: "活動\n".encode(), "1:1: (document): Input should be an object"),
    "a list": (lambda _: b"- events\n- outcomes\n", "1:1: (document): Input should be an object"),
    "an empty list": (lambda _: b"[]\n", "1:1: (document): Input should be an object"),
    "an empty mapping": (lambda _: b"{}\n", "1:1: events: is missing"),
    "a list inside a list": (lambda _: b"[[[]]]\n", "1:1: (document): Input should be an object"),
    "JSON cut off": (lambda _: b'{"events": [', "1:13: (document): not readable as YAML"),
    "a web page": (lambda _: b"<!doctype html>\n<p>Not found\n", "1:1: (document): Input should be an object"),
    "what a merge left": (
        lambda text: text.replace("  - id: pingliang-new", "<<<<<<< HEAD\n  - id: pingliang-new").encode(),
        "6:7: (document): not readable as YAML",
    ),
}
"""What a whole file is made into, with what is reported of it."""

_TITLE = "title: {zh-Hant: 交通安全知識競賽, zh-Hans: 交通安全知识竞赛, en: Road safety quiz}"
_PART = "part_of: {event: pingliang-helmet-column, basis: stated}"
_ALIAS = "an alias is not allowed; write the value out in each place"
_ANCHOR = "an anchor is not allowed; write the value out in each place"
_TAG = "a tag is not allowed; write a plain value"
_TWICE = "is repeated; keep one of the two"
_UNREADABLE = "not readable as YAML"


def _in_place_of_the_title(name: str, new: str, *printed: tuple[str, str]) -> Case:
    return Case(name, EVENTS, _TITLE, new, printed)


def _before_all(name: str, new: str, *printed: tuple[str, str]) -> Case:
    return Case(name, EVENTS, "events:\n  - id: pingliang-new", f"{new}events:\n  - id: pingliang-new", printed)


def _after_all(name: str, new: str, *printed: tuple[str, str]) -> Case:
    last = "sentence: 4, start: 485, end: 528}"
    return Case(name, EVENTS, f"{last}\n", last + new, printed)


YAML_TEXTS: list[Case] = [
    _in_place_of_the_title("an anchor", f"title: {MARK}&quiz {{en: Quiz}}", ("events[5].title", _ANCHOR)),
    _in_place_of_the_title("an alias", f"title: {MARK}*quiz", ("events[5].title", _ALIAS)),
    _in_place_of_the_title(
        "an anchor and its alias",
        f"title: {{zh-Hant: {MARK}&quiz 競賽, zh-Hans: {MARK}*quiz, en: Quiz}}",
        ("events[5].title.zh-Hant", _ANCHOR),
        ("events[5].title.zh-Hans", _ALIAS),
    ),
    _in_place_of_the_title(
        "an anchor of itself",
        f"title: {MARK}&all {{en: {MARK}*all}}",
        ("events[5].title", _ANCHOR),
        ("events[5].title.en", _ALIAS),
    ),
    _in_place_of_the_title("an anchored key", f"{MARK}&key title: Quiz", ("events[5].title", _ANCHOR)),
    _in_place_of_the_title("a key that is an alias", f"{MARK}*title : Quiz", ("events[5].?", _ALIAS)),
    _in_place_of_the_title("a merge key", f"<<: {MARK}*quiz", ("events[5].<<", _ALIAS)),
    _in_place_of_the_title("a tag of a text", f"title: {{en: {MARK}!!str Quiz}}", ("events[5].title.en", _TAG)),
    _in_place_of_the_title("a tag of bytes", f"title: {{en: {MARK}!!binary UXVpeg==}}", ("events[5].title.en", _TAG)),
    _in_place_of_the_title(
        "a tag of Python's",
        f'title: {MARK}!!python/object/apply:os.system ["true"]',
        ("events[5].title", _TAG),
    ),
    _in_place_of_the_title("a tag of nobody's", f"title: {MARK}!quiz {{en: Quiz}}", ("events[5].title", _TAG)),
    _in_place_of_the_title("a tag without a name", f"title: {MARK}! Quiz", ("events[5].title", _TAG)),
    _in_place_of_the_title("a set", f"title: {MARK}!!set {{? Quiz}}", ("events[5].title", _TAG)),
    _in_place_of_the_title(
        "a key twice in a mapping", f"title: {{en: Quiz, {MARK}en: Game}}", ("events[5].title.en", _TWICE)
    ),
    _in_place_of_the_title(
        "a key twice in quotes", f"""title: {{en: Quiz, {MARK}"en": Game}}""", ("events[5].title.en", _TWICE)
    ),
    _in_place_of_the_title("a key twice in a record", f"{_TITLE}\n    {MARK}kind: event", ("events[5].kind", _TWICE)),
    _after_all("a key twice in a document", f"\n{MARK}events: []", ("events", _TWICE)),
    _in_place_of_the_title(
        "a key that is a list", f"? {MARK}[title]\n    : Quiz", ("events[5].?", "a key must be a word, not a list")
    ),
    _in_place_of_the_title(
        "a key that is a mapping", f"title: {{{MARK}{{en: Quiz}}: Quiz}}", ("events[5].title.?", "must be a word")
    ),
    _in_place_of_the_title(
        "a key with an escape sequence",
        rf'{MARK}"title\e[2J": Quiz',
        (r"events[5].title\x1b[2J", "has the character U+001B; leave it out"),
    ),
    _in_place_of_the_title(
        "a key that is an unpaired surrogate",
        rf'{MARK}"\uDC00": Quiz',
        (r"events[5].\udc00", "has an unpaired surrogate; write the character itself"),
    ),
    _in_place_of_the_title(
        "a number beyond Unicode", rf'title: {{en: "\U{MARK}FFFFFFFF"}}', ("(document)", f"{_UNREADABLE}: ")
    ),
    _in_place_of_the_title(
        "a number a little beyond Unicode", rf'title: {{en: "\U{MARK}00110000"}}', ("(document)", f"{_UNREADABLE}: ")
    ),
    _in_place_of_the_title("an escape that is none", rf'title: "\{MARK}q"', ("(document)", "unknown escape character")),
    _in_place_of_the_title("an escape cut off", rf'title: "\x{MARK}4"', ("(document)", "escape sequence of 2 hexdec")),
    _in_place_of_the_title("a tab before a key", f"{MARK}\ttitle: Quiz", ("(document)", r"character '\t'")),
    _in_place_of_the_title("a key indented too little", f"\n   {MARK}title: Quiz", ("(document)", "but found")),
    _in_place_of_the_title("a key without its colon", f"title\n    {MARK}note: Quiz", ("(document)", "':'")),
    _in_place_of_the_title("two values on one line", f"title: Quiz{MARK}: Game", ("(document)", "not allowed here")),
    _in_place_of_the_title("a reserved sign", f"title: {MARK}@quiz", ("(document)", "cannot start any token")),
    _in_place_of_the_title("a backtick", f"title: {MARK}`quiz`", ("(document)", "cannot start any token")),
    _in_place_of_the_title("a percent sign", f"title: {MARK}%quiz", ("(document)", "cannot start any token")),
    _in_place_of_the_title("another bracket", f"title: [Quiz{MARK}}}", ("(document)", "expected ',' or ']'")),
    _in_place_of_the_title("a bracket too many", f"title: [Quiz]{MARK}]", ("(document)", _UNREADABLE)),
    _in_place_of_the_title("words after a quotation", f"title: 'Quiz' {MARK}of May", ("(document)", _UNREADABLE)),
    _after_all("a quotation without its end", f'\n    note: "Quiz{MARK}', ("(document)", "unexpected end of stream")),
    _after_all("a list without its end", f"\n    forms: [{MARK}", ("(document)", "expected")),
    _after_all("a second document", f"\n{MARK}---\nevents: []", ("(document)", "a second document is not allowed")),
    _after_all("an end and more", f"\n...\n{MARK}events: []", ("(document)", "a second document is not allowed")),
    _after_all("a directive later on", f"\n...\n%YAML 1.2\n{MARK}---\na: 1", ("(document)", "a second document")),
    _before_all("a directive", f"{MARK}%YAML 1.2\n---\n", ("(document)", "a directive is not allowed; remove it")),
    _before_all("a directive of nobody's", f"{MARK}%SEEDS 1\n---\n", ("(document)", "a directive is not allowed")),
    _before_all("another YAML", f"{MARK}%YAML 2.0\n---\n", ("(document)", "found incompatible YAML document")),
    _before_all("a version of many digits", f"%YAML {MARK}{'1' * 5000}.0\n---\n", ("(document)", _UNREADABLE)),
]
