import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fulltext.parsing import SearchError
from app.fulltext.query import Search
from app.fulltext.snippets import FoundSnippet, SearchedText, find_snippet
from app.fulltext.tokens import fold, sentences
from app.languages import Language
from tests.fulltext.vocabulary import SCRIPT, Vocabulary
from tests.languages import EN, HANT

TITLE = "全市公安機關「人民公安從這裡走來」主題座談會"
WORDS = Vocabulary(TITLE, "相約警營，攜手同行", "人、民", "座、談")


def text(written: str, language: Language = HANT, field: str = "/title") -> SearchedText:
    return SearchedText(field, language, written)


def search(typed: str) -> Search:
    return WORDS.search(typed)


def shown(typed: str, *texts: SearchedText) -> str | None:
    """The snippet with its ranges in brackets."""
    found = find_snippet(search(typed), texts, SCRIPT)
    return None if found is None else bracketed(found)


def bracketed(found: FoundSnippet) -> str:
    piece = found.of.written[found.start : found.end]
    for start, end in reversed(found.spans):
        piece = f"{piece[:start]}[{piece[start:end]}]{piece[end:]}"
    return piece


@pytest.mark.parametrize(
    ("typed", "written", "marked"),
    [
        ("座談", "警媒座談會", "警媒[座談]會"),
        ("座谈", "警媒座談會", "警媒[座談]會"),
        ("會", "警媒座談會", "警媒座談[會]"),
        ("座談會", "座談會和座談會", "[座談會]和[座談會]"),
        ("座談 談會", "警媒座談會", "警媒[座談會]"),
        ("座談會 談", "警媒座談會", "警媒[座談會]"),
        ("警媒 會", "警媒座談會", "[警媒]座談[會]"),
        ("zuotan", "警媒座談會", "警媒[座談]會"),
        ("zuo tan hui", "警媒座談會", "警媒[座談會]"),
        ("zuot", "警媒座談會", "警媒[座談]會"),
        ("zuotan", "警媒座谈会", "警媒[座谈]会"),
        ("renmin", "人。民、人民", "人。民、[人民]"),
        ("renmin", "人，民。人民", "[人，民]。[人民]"),
        ("xieshoutongx", "「相約警營，攜手同行」", "「相約警營，[攜手同行]」"),
        ("yingxie", "「相約警營，攜手同行」", "「相約警[營，攜]手同行」"),
        ("xsth", "「相約警營，攜手同行」", "「相約警營，[攜手同行]」"),
        ("警營攜手", "「相約警營，攜手同行」", "「相約[警營，攜手]同行」"),
        ("座談會全市", "座談會。全市", None),
        ("阿布•杜拉", "阿布·杜拉", "[阿布·杜拉]"),
        ("王偉", "王　偉、王伟", "[王　偉]、[王伟]"),
        ("八十三場", "共83場、83 場", "共[83場]、[83 場]"),
        ("83場", "共八十三場、83場", "共[八十三場]、[83場]"),
        ("兩千", "2,000人、二千人、2千人", "[2,000]人、[二千]人、2千人"),
        ("⻓", "長、⻓、⾧", "[長]、[⻓]、[⾧]"),
        ("著", "着著", "[着著]"),
        ("SYMPOS", "A Symposium, symposia", "A [Sympos]ium, [sympos]ia"),
        ('"symposium"', "A Symposium, symposiums", "A [Symposium], symposiums"),
        ("83場", "共83場", "共[83場]"),
        ("83場", "共８３ 場", "共[８３ 場]"),
        ("83", "833 83 1.83", "833 [83] 1.[83]"),
        ("fi", "A ﬁne", "A [ﬁ]ne"),
        ("strasse", "Die Straße", "Die [Straße]"),
        ("ǘ", "Lǘ e\u0301u\u0308\u0301x ü", "Lǘ e\u0301u\u0308\u0301x [ü]"),
        ("éux", "Lǘ e\u0301u\u0308\u0301x ü", "Lǘ [e\u0301u\u0308\u0301x] ü"),
        ("five-ones", "five-ones five, ones", "[five-ones] [five, ones]"),
        ('"公安 人民"', "公安，人民公安人民", "[公安，人民公安人民]"),
        ('"公安 人民"', "公安。人民公安2人民", None),
        ('"人民 公安"', "人民公安", "[人民公安]"),
        ("座談", "座。談", None),
        ("two", "network", None),
        ("zuotan", "座2談", None),
    ],
)
def test_marked_ranges(typed: str, written: str, marked: str | None) -> None:
    assert shown(typed, text(written)) == marked


def test_the_text_with_most_of_the_search_is_chosen_and_the_first_of_equals() -> None:
    title, note, english = text("警媒座談會"), text("座談會在麥積"), text("A symposium in Maiji", EN)
    assert shown("座談", title, note) == "警媒[座談]會"
    assert shown("座談 麥積", title, note, english) == "[座談]會在[麥積]"
    assert shown("警媒 麥積", title, note) == "[警媒]座談會"
    assert shown("警媒 symposium maiji", title, note, english) == "A [symposium] in [Maiji]"
    found = find_snippet(search("警媒 麥積"), [title], SCRIPT)
    assert find_snippet(search("警媒 麥積"), [note], SCRIPT, found) is found
    assert shown("lanzhou", title, note, english) is None


def test_pinyin_is_marked_by_sound_before_parts_are_marked_as_written() -> None:
    title, english = text("警媒座談會"), text("The rent is due", EN)
    assert shown("zuo tan", text("Zuo, an island", EN), title) == "警媒[座談]會"
    assert shown("ren min", english) == "The [ren]t is due"
    assert shown("ren min", english, text("人民")) == "[人民]"
    assert shown("ren min", text("The rent of 人民")) == "The rent of [人民]"


def test_the_piece_of_a_long_text_with_most_of_the_search_is_cut_out() -> None:
    far, near = "遠" * 300, "近" * 10
    found = find_snippet(search("座談"), [text(f"{far}座談{far}")], SCRIPT)
    assert found is not None
    assert (found.start, found.end, found.spans) == (276, 396, [(24, 26)])
    found = find_snippet(search("座談 公安"), [text(f"座談{far}座談{near}公安{far}")], SCRIPT)
    assert found is not None
    assert (found.start, found.end, found.spans) == (278, 398, [(24, 26), (36, 38)])
    found = find_snippet(search("座談"), [text(f"{far}座談")], SCRIPT)
    assert found is not None
    assert (found.start, found.end, found.spans) == (182, 302, [(118, 120)])
    found = find_snippet(search("遠"), [text(far)], SCRIPT)
    assert found is not None
    assert (found.start, found.end, found.spans) == (0, 120, [(0, 120)])


_LETTERS = '人民公安座談會座谈会这這裡里 83場—、「」“"ab ABﬁßéü\u0301\u200bがー😀'


@given(
    st.text(st.sampled_from(_LETTERS), min_size=1, max_size=6),
    st.lists(st.text(st.sampled_from(_LETTERS), max_size=200), min_size=1, max_size=3),
)
def test_ranges_are_inside_the_piece_in_order_and_apart(typed: str, written: list[str]) -> None:
    try:
        parsed = search(typed)
    except SearchError:
        return
    found = find_snippet(parsed, map(text, written), SCRIPT)
    if found is None:
        return
    length = found.end - found.start
    assert 0 <= found.start < found.end <= len(found.of.written)
    assert length == min(120, len(found.of.written))
    assert found.spans
    ends = [0]
    for start, end in found.spans:
        assert ends[-1] <= start < end <= length
        assert start != ends[-1] or start == 0
        ends.append(end)
    everything = "".join(
        run for term in parsed.terms for phrase in (*term.phrases, *term.alternatives) for run in phrase.runs
    )
    for start, end in found.spans:
        marked = fold(found.of.written[found.start + start : found.start + end], SCRIPT)
        assert {letter for sentence in sentences(marked) for run in sentence for letter in run} <= set(everything)
