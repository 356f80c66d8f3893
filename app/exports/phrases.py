"""What documents say of themselves in words, in every language."""

from collections.abc import Mapping
from functools import cache

from app.exports.format import Facts
from app.languages import Language, names
from app.model.codes import Code

ABOUT = names("說明", "说明", "About")
TITLE = names("標題", "标题", "Title")
ADDRESS = names("網址", "网址", "Address")
LANGUAGE = names("語言", "语言", "Language")
DATA_VERSION = names("數據版本", "数据版本", "Data version")
RECORDS = names("記錄數", "记录数", "Records")
UNDATED_EXCLUDED = names("因無日期而未列入的記錄數", "因无日期而未列入的记录数", "Left out because they have no date")
CREDIT = names("署名", "署名", "Credit")
COORDINATES_FROM = names("坐標來源", "坐标来源", "Coordinates from")
LICENCE = names("授權條款", "授权条款", "Licence")

LABELLED = names("{label}：{value}", "{label}：{value}", "{label}: {value}")
SOME_TIME = names(
    "具體日期不詳，在{start}至{end}之間。",
    "具体日期不详，在{start}至{end}之间。",
    "The exact date is not known: it was some time from {start} to {end}.",
)
CUT = names(
    "……【全文{length}字，超出儲存格上限，在此截斷；全文見 {address}】",
    "……【全文{length}字，超出单元格上限，在此截断；全文见 {address}】",
    "… [Cut here: a cell cannot hold all {length} characters. The whole text is at {address}]",
)


def credit_line(facts: Facts) -> str | None:
    """Put the credits that the document's coordinates ask for in one line, each once; None where there are none."""
    return " ".join(dict.fromkeys(credit.attribution for credit in facts.credits)) or None


@cache
def names_of(terms: type[Code], language: Language) -> Mapping[str, str]:
    """Give the names of all codes of a kind in a language."""
    return {term.value: term.names[language] for term in terms}
