"""The columns of events."""

from collections.abc import Sequence
from functools import lru_cache

from pydantic_core import from_json

from app.exports.columns import Cell, Table, address, boolean, computed, date, each, field, joined, number, term, text
from app.exports.format import Facts
from app.exports.phrases import credit_line, names_of
from app.exports.points import only, places_of, split, with_point
from app.languages import names
from app.model.codes import EventCategory, EventKind, ParticipantRole
from app.model.columns import Tree

# Name, role, count.
_PARTICIPANT = names("{0}（{1}）", "{0}（{1}）", "{0} ({1})")
_COUNTED = names("{0}（{1}，{2}人）", "{0}（{1}，{2}人）", "{0} ({1}, {2})")


def _parse(published: bytes) -> Tree:
    before, places = split(published)
    record: Tree = from_json(before)
    record.update(_located(places))
    return record


# The same few places are those of most events: to read them once saves 2 to 3 of 22 µs an event.
@lru_cache(maxsize=512)
def _located(published: bytes) -> Tree:
    places = places_of(from_json(published))
    placed = with_point(places)
    return {
        "location_ids": joined(place["id"] for place in places),
        "location_names": joined(place["name"] for place in places),
        "only": only(placed),
        # Each point after its place's id: the list of ids has places without a point too.
        "points": joined(f"{place['id']} {place['latitude']},{place['longitude']}" for place in placed),
    }


def _participants(records: Sequence[Tree], facts: Facts) -> Sequence[Cell]:
    form, counted = _PARTICIPANT[facts.language], _COUNTED[facts.language]
    roles = names_of(ParticipantRole, facts.language)

    def written(participant: Tree) -> str:
        count = participant["count"]
        return (form if count is None else counted).format(participant["name"], roles[participant["role"]], count)

    return [joined([written(participant) for participant in record["participants"]]) for record in records]


def _forms(record: Tree) -> Cell:
    return joined(record["forms"])


def _credit(records: Sequence[Tree], facts: Facts) -> Sequence[Cell]:
    # The places of an event do not say where their points come from: the credits of all are given.
    line = credit_line(facts)
    return [line if record["points"] else None for record in records]


_COLUMNS = (
    text("id", "編號", "编号"),
    text("campaign", "活動編號", "活动编号"),
    text("pillar", "板塊編號", "板块编号"),
    text("strand", "分支編號", "分支编号", field("strand", "id")),
    text("kind", "類型代碼", "类型代码"),
    text("kind_name", "類型", "类型", term(EventKind, "kind")),
    text("category", "類別代碼", "类别代码"),
    text("category_name", "類別", "类别", term(EventCategory, "category")),
    text("title", "標題", "标题", wide=True),
    text("summary", "摘要", "摘要", wide=True),
    text("purpose", "目的", "目的", wide=True),
    date("date_start", "最早日期", "最早日期", field("date", "start")),
    date("date_end", "最晚日期", "最晚日期", field("date", "end")),
    text("date_precision", "日期精度", "日期精度", field("date", "precision")),
    text("date_basis", "日期依據", "日期依据", field("date", "basis")),
    text("date_as_stated", "原文日期", "原文日期", field("date", "as_stated")),
    text("date_note", "日期說明", "日期说明", field("date", "note"), wide=True),
    text("date_relation", "先後關係", "先后关系", field("date", "relative_to", "relation")),
    text("date_relative_to", "相對事件編號", "相对事件编号", field("date", "relative_to", "event")),
    text("location_ids", "地點編號", "地点编号"),
    text("location_names", "地點", "地点", wide=True),
    boolean("locations_complete", "地點是否齊全", "地点是否齐全"),
    text("locations_note", "地點說明", "地点说明", wide=True),
    number("latitude", "緯度", "纬度", field("only", "latitude")),
    number("longitude", "經度", "经度", field("only", "longitude")),
    number("gcj02_latitude", "GCJ-02緯度", "GCJ-02纬度", field("only", "gcj02", "latitude")),
    number("gcj02_longitude", "GCJ-02經度", "GCJ-02经度", field("only", "gcj02", "longitude")),
    text("points", "各地點坐標（緯度，經度）", "各地点坐标（纬度，经度）", wide=True),
    text("organiser_ids", "主辦機構編號", "主办机构编号", each("organisers", "id")),
    text("organiser_names", "主辦機構", "主办机构", each("organisers", "name"), wide=True),
    text("participants", "參與者", "参与者", _participants, wide=True),
    text("forms", "形式", "形式", computed(_forms), wide=True),
    boolean("forms_complete", "形式是否齊全", "形式是否齐全"),
    number("series_count", "系列場次", "系列场次"),
    text("part_of", "所屬事件編號", "所属事件编号", field("part_of", "event")),
    text("programme", "項目編號", "项目编号"),
    text("channel", "媒體編號", "媒体编号"),
    boolean("online", "是否線上", "是否线上"),
    text("note", "說明", "说明", wide=True),
    text("url", "網址", "网址", address),
    text("credit", "坐標署名", "坐标署名", _credit, wide=True),
)

TABLE = Table(_COLUMNS, _parse)
