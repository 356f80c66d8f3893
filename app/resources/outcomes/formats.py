"""The columns of outcomes."""

from app.exports.columns import Cell, Table, address, computed, field, joined, number, term, text
from app.model.codes import OutcomeKind, Qualifier, ScopeLevel
from app.model.columns import Tree


def _events(record: Tree) -> Cell:
    return joined(record["events"])


_COLUMNS = (
    text("id", "編號", "编号"),
    text("campaign", "活動編號", "活动编号"),
    text("pillar", "板塊編號", "板块编号"),
    text("scope_level", "層級代碼", "层级代码", field("scope", "level")),
    text("scope_level_name", "層級", "层级", term(ScopeLevel, "scope", "level")),
    text("scope_id", "所屬編號", "所属编号", field("scope", "id")),
    text("scope_name", "所屬", "所属", field("scope", "name"), wide=True),
    text("events", "事件編號", "事件编号", computed(_events)),
    text("kind", "類型代碼", "类型代码"),
    text("kind_name", "類型", "类型", term(OutcomeKind, "kind")),
    text("metric", "指標代碼", "指标代码"),
    text("label", "指標", "指标", wide=True),
    number("value", "數值", "数值"),
    text("qualifier", "數值性質代碼", "数值性质代码"),
    text("qualifier_name", "數值性質", "数值性质", term(Qualifier, "qualifier")),
    text("unit", "單位代碼", "单位代码"),
    text("unit_name", "單位", "单位"),
    text("as_stated", "原文數字", "原文数字"),
    text("basis", "依據", "依据"),
    text("note", "說明", "说明", wide=True),
    text("url", "網址", "网址", address),
)

TABLE = Table(_COLUMNS)
