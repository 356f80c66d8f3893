"""Words in every language: texts, names of people and topics of events."""

from random import Random
from typing import NamedTuple

from app.build.common.documents import PrintedText, Text
from app.languages import Language
from app.model.codes import Code
from tests.languages import EN, HANS, HANT
from tests.tools.generating.random_choice import pick

_TAGS = [language.value for language in Language]


class Words(NamedTuple):
    """The same words in three languages; any other has the English ones."""

    zh_hant: str
    zh_hans: str
    en: str

    def in_languages(self) -> dict[str, str]:
        """Return the words by language."""
        known = {"zh-Hant": self.zh_hant, "zh-Hans": self.zh_hans}
        return {tag: known.get(tag, self.en) for tag in _TAGS}


def of_text(text: Text) -> Words:
    """Return the words of a document's text."""
    return Words(*(text.root[language] for language in (HANT, HANS, EN)))


def of_term(term: Code) -> Words:
    """Return a term's names."""
    return Words(*(term.names[language] for language in (HANT, HANS, EN)))


def editorial(words: Words) -> Text:
    """Return a text in the editors' own words."""
    return Text(words.in_languages())


def printed(words: Words) -> PrintedText:
    """Return a text that the source prints."""
    return PrintedText(words.in_languages())


SURNAMES = (
    Words("王", "王", "Wang"),
    Words("李", "李", "Li"),
    Words("張", "张", "Zhang"),
    Words("劉", "刘", "Liu"),
    Words("陳", "陈", "Chen"),
    Words("楊", "杨", "Yang"),
    Words("黃", "黄", "Huang"),
    Words("趙", "赵", "Zhao"),
    Words("吳", "吴", "Wu"),
    Words("周", "周", "Zhou"),
    Words("徐", "徐", "Xu"),
    Words("孫", "孙", "Sun"),
    Words("馬", "马", "Ma"),
    Words("朱", "朱", "Zhu"),
    Words("胡", "胡", "Hu"),
    Words("郭", "郭", "Guo"),
    Words("何", "何", "He"),
    Words("林", "林", "Lin"),
    Words("高", "高", "Gao"),
    Words("羅", "罗", "Luo"),
)

GIVEN = (
    Words("偉", "伟", "wei"),
    Words("芳", "芳", "fang"),
    Words("娜", "娜", "na"),
    Words("敏", "敏", "min"),
    Words("靜", "静", "jing"),
    Words("麗", "丽", "li"),
    Words("強", "强", "qiang"),
    Words("磊", "磊", "lei"),
    Words("軍", "军", "jun"),
    Words("洋", "洋", "yang"),
    Words("勇", "勇", "yong"),
    Words("艷", "艳", "yan"),
    Words("傑", "杰", "jie"),
    Words("娟", "娟", "juan"),
    Words("濤", "涛", "tao"),
    Words("明", "明", "ming"),
    Words("超", "超", "chao"),
    Words("秀", "秀", "xiu"),
    Words("霞", "霞", "xia"),
    Words("剛", "刚", "gang"),
    Words("桂", "桂", "gui"),
    Words("英", "英", "ying"),
    Words("華", "华", "hua"),
    Words("玉", "玉", "yu"),
    Words("蘭", "兰", "lan"),
    Words("紅", "红", "hong"),
    Words("建", "建", "jian"),
    Words("國", "国", "guo"),
    Words("文", "文", "wen"),
    Words("志", "志", "zhi"),
    Words("海", "海", "hai"),
    Words("波", "波", "bo"),
    Words("春", "春", "chun"),
    Words("梅", "梅", "mei"),
    Words("雪", "雪", "xue"),
    Words("松", "松", "song"),
    Words("寧", "宁", "ning"),
    Words("琴", "琴", "qin"),
    Words("輝", "辉", "hui"),
    Words("琳", "琳", "lin"),
)

TOPICS = (
    Words("紀念英烈", "纪念英烈", "Remembering the Fallen"),
    Words("反詐宣傳", "反诈宣传", "Fraud Prevention"),
    Words("交通安全", "交通安全", "Road Safety"),
    Words("禁毒宣傳", "禁毒宣传", "Drug Prevention"),
    Words("護苗行動", "护苗行动", "Protecting Children"),
    Words("鄉村警務", "乡村警务", "Policing the Countryside"),
    Words("警民同心", "警民同心", "Police and People"),
    Words("紅色故事", "红色故事", "Revolutionary Stories"),
    Words("法治進校園", "法治进校园", "Law Comes to School"),
    Words("平安社區", "平安社区", "Safe Neighbourhoods"),
    Words("春運護航", "春运护航", "Escorting the Spring Travel"),
    Words("英模事跡", "英模事迹", "Deeds of Model Officers"),
    Words("長征精神", "长征精神", "The Spirit of the Long March"),
)


def invent_person(rng: Random) -> Words:
    """Return a random name of a person: a surname and one or two more characters."""
    surname, first = pick(rng, SURNAMES), pick(rng, GIVEN)
    if rng.random() < 0.2:
        return Words(
            surname.zh_hant + first.zh_hant, surname.zh_hans + first.zh_hans, f"{surname.en} {first.en.title()}"
        )
    second = pick(rng, GIVEN)
    return Words(
        f"{surname.zh_hant}{first.zh_hant}{second.zh_hant}",
        f"{surname.zh_hans}{first.zh_hans}{second.zh_hans}",
        f"{surname.en} {first.en.title()}{second.en}",
    )
