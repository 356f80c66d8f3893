"""The English texts of messages and of the manual, and the files with their translations.

`python -m tests.tools.translations` puts the files into the order of the code, converts new simplified texts into
traditional ones, and prints what it removes because it is no longer used, and the texts that lack a translation.
"""

import argparse
import ast
import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from app import locales
from app.build.pipeline import build
from app.http.openapi_language import DocumentTranslator
from app.main import create_app
from app.messages import WRITTEN_IN
from app.settings import Settings

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "app" / "locales"
FOLDERS = ("messages", "manual")
WRITTEN, CONVERTED = "zh-Hans", "zh-Hant"
"""The language of the translations that are written, and that of those which are converted from them."""

_TERMS = {
    "“": "「",
    "”": "」",
    "‘": "『",
    "’": "』",
    "坐標": "座標",
    "報道": "報導",
    "標識符": "識別碼",
    "布爾": "布林",
    "查找": "尋找",
    "單元格": "儲存格",
    "導出": "匯出",
    "電子表格": "試算表",
    "返回": "傳回",
    "服務器": "伺服器",
    "兼容": "相容",
    "鏈接": "連結",
    "連接": "連線",
    "列標題": "欄標題",
    "的各列": "的各欄",
    "列讀作": "欄讀作",
    "文本列": "文本欄",
    "默認": "預設",
    "數據庫": "資料庫",
    "元數據": "中繼資料",
    "數據": "資料",
    "搜索": "搜尋",
    "條記錄": "筆記錄",
    "條結果": "筆結果",
    "條數": "筆數",
    "網絡": "網路",
    "文檔": "文件",
    "文件": "檔案",
    "響應": "回應",
    "信息": "資訊",
    "許可": "授權",
    "運維": "維運",
    "運算符": "運算子",
    "支持": "支援",
    "只讀": "唯讀",
    "500 條": "500 筆",
    "打印": "列印",
    "字符": "字元",
    "字段": "欄位",
    "文件名": "檔名",
    "字節": "位元組",
    "緩存": "快取",
    "應用": "應用程式",
    "流式": "串流",
    "流水線": "管線",
    "計劃": "計畫",
    "進程": "行程",
    "端口": "連接埠",
    "首屏": "首頁畫面",
    "客戶端": "用戶端",
    "不復制": "不複製",
    "署名錶": "署名表",
    "發佈": "發布",
    "軟件": "軟體",
    "視頻": "影片",
    "主機名": "主機名稱",
    "瞭解": "了解",
}
"""The words that are other ones in traditional Chinese, after the characters have been converted."""
_TERM = re.compile("|".join(sorted(_TERMS, key=len, reverse=True)))

_HEADS = {
    WRITTEN: "# Simplified Chinese, written by hand: the English text and its translation.\n",
    CONVERTED: (
        "# Traditional Chinese: the simplified text, and the same in this script. New texts are converted by\n"
        "# `python -m tests.tools.translations`. Correct them here; one stays while the simplified text is the same.\n"
    ),
}


class _Collector(DocumentTranslator):
    """Collects the texts of a document instead of translating them."""

    def __init__(self) -> None:
        super().__init__(WRITTEN_IN)
        self.found: dict[str, None] = {}

    def find(self, text: str) -> str:
        self.found[text] = None
        return text


def collect_messages(folder: Path = ROOT / "app") -> list[str]:
    """Return the templates of all messages in the order of the code; raises TypeError for one that is no literal."""
    return list(dict.fromkeys(template for path in sorted(folder.rglob("*.py")) for template in _templates(path)))


def _templates(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
            template = node.args[0]
            if not isinstance(template, ast.Constant) or not isinstance(template.value, str):
                raise TypeError(f"{path}:{node.lineno}: the template of a message must be a literal")
            yield template.value


def collect_manual(document: dict[str, Any]) -> list[str]:
    """Return the texts of the English OpenAPI document, in their order.

    Those that are messages, and the titles of columns, which are there in all languages, are left out.
    """
    collector = _Collector()
    collector.translate(document)
    known = set(collect_messages())
    for name in {name for locale in locales.LOCALES for name in locale.tables if name.startswith("columns.")}:
        titles = [locale.tables[name] for locale in locales.LOCALES]
        known |= {", ".join(dict.fromkeys(table[key] for table in titles)) for key in titles[0]}
    return [text for text in collector.found if text not in known]


def read_file(folder: str, tag: str, locales_: Path = LOCALES) -> dict[str, str]:
    """Return the texts of a file; none where there is no file."""
    path = locales_ / folder / f"{tag}.toml"
    texts: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["texts"] if path.exists() else {}
    return texts


def write_file(folder: str, tag: str, source: str, texts: Mapping[str, str], locales_: Path = LOCALES) -> None:
    """Write a file of texts, each on a line."""
    lines = (f"{_quoted(text)} = {_quoted(translated)}\n" for text, translated in texts.items())
    path = locales_ / folder / f"{tag}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'{_HEADS[tag]}from = "{source}"\n\n[texts]\n{"".join(lines)}', encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def convert(text: str) -> str:
    """Convert a simplified text into the other script, with the words that are used there."""
    return _TERM.sub(lambda found: _TERMS[found[0]], _opencc().convert(text))


@cache
def _opencc() -> OpenCC:
    return OpenCC("s2tw")


def update(folder: str, english: Sequence[str], locales_: Path = LOCALES) -> tuple[dict[str, str], list[str]]:
    """Update the files of a folder; returns the translations that it removed, and the texts that have none."""
    before, converted = (read_file(folder, tag, locales_) for tag in (WRITTEN, CONVERTED))
    written = {text: before[text] for text in english if text in before}
    converted = {text: converted.get(text) or convert(text) for text in written.values()}
    write_file(folder, WRITTEN, WRITTEN_IN, written, locales_)
    write_file(folder, CONVERTED, WRITTEN, converted, locales_)
    removed = {text: translated for text, translated in before.items() if text not in written}
    return removed, [text for text in english if text not in written]


def english_document() -> dict[str, Any]:
    """Return the OpenAPI document in English, with a database of the project's seeds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "campaigns.sqlite3"
        build(ROOT / "seeds", path)
        context = create_app(Settings(data=path)).state.context
        document: dict[str, Any] = json.loads(context.describe(context, context.database.inline_reader, WRITTEN_IN))
        context.database.close()
    return document


def main() -> int:
    """Update all files; returns 1 where a translation is missing."""
    argparse.ArgumentParser(
        "python -m tests.tools.translations",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    is_complete = True
    for folder, english in zip(FOLDERS, (collect_messages(), collect_manual(english_document())), strict=True):
        removed, missing = update(folder, english)
        for text, translated in removed.items():
            print(f"{folder}: removed {_quoted(text)} = {_quoted(translated)}")
        for text in missing:
            print(f'{folder}: missing {_quoted(text)} = ""')
        is_complete = is_complete and not missing
    return 0 if is_complete else 1


if __name__ == "__main__":
    sys.exit(main())
