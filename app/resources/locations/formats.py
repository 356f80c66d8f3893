"""The columns of locations."""

from app.exports.columns import Cell, Table, address, boolean, computed, each, field, joined, number, term, text
from app.model.codes import CoordinatePrecision, LocationKind
from app.model.columns import Tree


def _path(record: Tree) -> Cell:
    return " > ".join([step["name"] for step in record["path"]])


def _as_stated(record: Tree) -> Cell:
    # Campaigns mostly print the same name.
    return joined(dict.fromkeys(filter(None, [mention["as_stated"] for mention in record["mentions"]])))


_COLUMNS = (
    text("id", "編號", "编号"),
    text("name", "名稱", "名称"),
    text("full_name", "全稱", "全称"),
    text("kind", "類型代碼", "类型代码"),
    text("kind_name", "類型", "类型", term(LocationKind, "kind")),
    text("parent", "上級地點編號", "上级地点编号"),
    text("path", "所在", "所在", computed(_path), wide=True),
    text("admin_code", "行政區劃代碼", "行政区划代码"),
    text("admin_code_scheme", "代碼標準", "代码标准"),
    text("address", "地址", "地址", wide=True),
    number("latitude", "緯度", "纬度"),
    number("longitude", "經度", "经度"),
    number("gcj02_latitude", "GCJ-02緯度", "GCJ-02纬度", field("gcj02", "latitude")),
    number("gcj02_longitude", "GCJ-02經度", "GCJ-02经度", field("gcj02", "longitude")),
    text("precision", "坐標精度代碼", "坐标精度代码"),
    text("precision_name", "坐標精度", "坐标精度", term(CoordinatePrecision, "precision")),
    number("uncertainty_km", "誤差（公里）", "误差（公里）"),
    text("coordinates_source", "坐標來源編號", "坐标来源编号", field("coordinates_source", "id")),
    text("coordinates_source_name", "坐標來源", "坐标来源", field("coordinates_source", "name")),
    text("coordinates_reference", "坐標來源條目", "坐标来源条目", field("coordinates_source", "reference")),
    text("coordinates_licence", "坐標授權條款", "坐标授权条款", field("coordinates_source", "licence")),
    text("coordinates_licence_url", "授權條款網址", "授权条款网址", field("coordinates_source", "licence_url")),
    text("coordinates_confidence", "坐標可信度", "坐标可信度", field("coordinates_source", "confidence")),
    text("coordinates_note", "坐標說明", "坐标说明", wide=True),
    text("fallback", "替代地點編號", "替代地点编号"),
    text("denotes_kind", "所指類型", "所指类型", field("denotes", "kind")),
    text("denotes_name", "所指", "所指", field("denotes", "name")),
    boolean("named_in_source", "原文是否提及", "原文是否提及"),
    text("mentioned_by", "提及的活動編號", "提及的活动编号", each("mentions", "campaign")),
    text("as_stated", "原文名稱", "原文名称", computed(_as_stated)),
    text("note", "說明", "说明", wide=True),
    text("url", "網址", "网址", address),
    text("credit", "坐標署名", "坐标署名", field("coordinates_source", "attribution"), wide=True),
)

TABLE = Table(_COLUMNS)
