"""Problems in the language of their reader: by `lang`, else by `Accept-Language`, else in English."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from app.http.nouns import noun, with_article
from app.http.params import Refers
from app.languages import LANGUAGES
from app.main import ROUTES, create_app
from app.messages import Message
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import Client
from tests.languages import EN, HANS, HANT
from tests.wire import Wire, serving

INVALID = "/v1/events?category=x&nonsense=1&limit=1&limit=2&date=2024-13&bbox=1,2&q=%22%22&sort=a&location=nowhere"
GONE = "/v1/events/pingliang-cancelled-parade"
UNDATED = "/v1/events/tianshui-media-field-reporting.ics"


class Refused(NamedTuple):
    """A request that is refused, and how the details begin."""

    target: str
    status: int
    simplified: str
    english: str
    headers: Mapping[str, str] = {}


REFUSED = [
    Refused(
        "/v1/outcomes?scope=campain",
        422,
        "scope：不在可选值之内：campaign、pillar、event；是否想写 campaign？",
        "scope: is not one of: campaign, pillar, event; did you mean campaign?",
    ),
    Refused(
        "/v1/events?catgory=open_day&limit=",
        422,
        "catgory：不是此处的参数；是否想写 category？可用的参数有：",
        "catgory: is not a parameter here; did you mean category? there are: ",
    ),
    Refused(
        "/v1/events?limit=0.5", 422, "limit：必须是用数字写的整数，例如 20", "limit: must be a whole number in digits"
    ),
    Refused(
        "/v1/events?location=maiji,qinan",
        422,
        "location：不是任何地点的编号；请重复该参数：location=maiji&location=qinan",
        "location: is the id of no location; repeat the parameter: location=maiji&location=qinan",
    ),
    Refused(
        "/v1/outcomes?metric=two-combinations",
        422,
        "metric：不是任何指标的编号（这是板块的编号）",
        "metric: is the id of no metric (it is that of a pillar)",
    ),
    Refused("/v1/search?q=!!", 422, "q：不含任何字母、数字或汉字", "q: contains no letter, digit or Chinese character"),
    Refused(
        "/v1/search", 422, "q：为必填参数；请填写一个值，例如 兩結合", "q: is required; add a value, such as 兩結合"
    ),
    Refused(
        "/v1/events?cursor=x", 422, "cursor：不是本服务的游标，或已被改动", "cursor: is not a cursor of this service"
    ),
    Refused("/v1/events/nothing", 404, "没有编号为“nothing”的活动项目。", "There is no event with the id 'nothing'."),
    Refused(
        "/v1/events/maiji",
        404,
        "没有编号为“maiji”的活动项目。这是地点的编号。",
        "There is no event with the id 'maiji'. It is the id of a location.",
    ),
    Refused(
        GONE,
        410,
        "活动项目“pingliang-cancelled-parade”已撤销。",
        "The event 'pingliang-cancelled-parade' was withdrawn. ",
    ),
    Refused("/nothing", 404, "此路径下没有内容。", "There is nothing at this path."),
    Refused("/docs/nothing", 404, "文档中没有“nothing”这个文件。", "The documentation has no file 'nothing'."),
    Refused("/v1/events.pdf", 404, "活动项目没有“pdf”这种导出格式。", "The events have no export format 'pdf'."),
    Refused(
        "/v1/events",
        406,
        "请接受 br、zstd、gzip 或 identity 中的一种编码。",
        "Accept one of ",
        {"Accept-Encoding": "*;q=0"},
    ),
    Refused("/v1/events", 412, "If-Match 或 If-Unmodified-Since 的条件不成立", "If-Match or ", {"If-Match": '"x"'}),
    Refused(
        "/v1/events?x=" + "x" * 9000,
        414,
        "路径与查询串合计超过 8192 字节。",
        "Path and query are longer than 8192 bytes.",
    ),
    Refused(
        "/v1/events",
        431,
        "请求标头超过 32768 字节或 1000 行。",
        "The headers have more than 32768 bytes",
        {"X": "x" * 33_000},
    ),
]


class Problem(NamedTuple):
    """An error response, or another one; without content its body is empty."""

    status: int
    body: dict[str, Any]
    headers: httpx.Headers


@pytest.fixture(scope="module")
def wire(two_campaigns_database: Path) -> Iterator[Wire]:
    with serving(create_app(Settings(data=two_campaigns_database)), Protocol) as started:
        yield started


Ask = Callable[[str, Mapping[str, str]], Problem]


@pytest.fixture(scope="module", params=["application", "server"])
def ask(request: pytest.FixtureRequest, both: Client, wire: Wire) -> Iterator[Ask]:
    """Request a problem over ASGI, or of a server by its fast path."""
    address = f"http://127.0.0.1:{wire.port}"
    with httpx.Client(base_url=address, headers={"Accept-Encoding": "identity"}) as client:

        def send_request(target: str, headers: Mapping[str, str]) -> Problem:
            if request.param == "application":
                response = both.request(target, headers=headers)
            else:
                response = client.get(target, headers=headers)
            return Problem(response.status_code, response.json() if response.content else {}, response.headers)

        yield send_request


def is_chinese(text: str) -> bool:
    return re.search("[一-鿿]", text) is not None


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: f"{refused.status} {refused.target[:40]}")
def test_every_problem_follows_the_language_of_the_client(ask: Ask, refused: Refused) -> None:
    told = {language: ask(refused.target, {**refused.headers, "Accept-Language": language}) for language in LANGUAGES}
    for language, problem in told.items():
        assert problem.status == refused.status
        assert problem.headers["content-language"] == language
        assert "Accept-Language" in problem.headers["vary"].split(", ")
        assert problem.headers["cache-control"] == "no-store"
        assert is_chinese(problem.body["title"]) == (language is not EN)
    assert told[HANS].body["detail"].startswith(refused.simplified)
    assert told[EN].body["detail"].startswith(refused.english)
    assert told[HANT].body["detail"] not in (told[HANS].body["detail"], told[EN].body["detail"])
    for language, problem in told.items():
        assert without_texts(problem.body) == without_texts(told[EN].body)
        assert all(is_chinese(error["detail"]) or language is EN for error in problem.body["errors"])


def without_texts(problem: dict[str, Any]) -> dict[str, Any]:
    errors = [error | {"detail": ""} for error in problem["errors"]]
    return problem | {"title": "", "detail": "", "errors": errors}


@pytest.mark.parametrize("target", ["/v1/events?nonsense=1", "/v1/events/nothing?x=1", GONE, UNDATED, "/nothing"])
def test_the_address_decides_before_the_header(ask: Ask, target: str) -> None:
    separator = "&" if "?" in target else "?"
    for tag, language in (("zh-Hans", HANS), ("zh-TW", HANT), ("en-GB", EN), ("zh", HANS)):
        problem = ask(f"{target}{separator}lang={tag}", {"Accept-Language": "en" if language is not EN else "zh-TW"})
        assert problem.headers["content-language"] == language
        assert "accept-language" not in problem.headers.get("vary", "").lower()
        assert is_chinese(problem.body["title"]) == (language is not EN)


def test_a_bad_language_leaves_it_to_the_header(ask: Ask) -> None:
    for query in ("lang=xx", "lang=en&lang=en", "lang=", "lang=%zz", "lang=zh-Hnas"):
        problem = ask(f"/v1/events?{query}", {"Accept-Language": "zh-CN, en;q=0.5"})
        assert problem.status == 422
        assert problem.headers["content-language"] == HANS
        assert problem.headers["vary"] == "Accept-Language"
        assert [error["parameter"] for error in problem.body["errors"]] == ["lang"]
        assert is_chinese(problem.body["errors"][0]["detail"])
    assert ask("/v1/events?lang=xx", {}).headers["content-language"] == EN
    assert ask("/v1/events?lang=xx", {"Accept-Language": "fr"}).headers["content-language"] == EN


def test_a_reason_of_the_data_is_in_the_same_language(ask: Ask) -> None:
    for target in (GONE, UNDATED):
        details = {language: ask(f"{target}?lang={language}", {}).body["detail"] for language in LANGUAGES}
        assert len(set(details.values())) == len(LANGUAGES)
        assert not is_chinese(details[EN])
        assert not re.search("[a-z]{3} ", details[HANS])
        assert details[EN].count(". ") >= 1


def test_a_header_that_is_too_long_decides_nothing(ask: Ask) -> None:
    problem = ask("/v1/events", {"Accept-Language": "zh-CN," * 200})
    assert (problem.status, problem.headers["content-language"]) == (431, EN)
    problem = ask("/v1/events?lang=zh-Hans", {"Accept-Language": "zh-CN," * 200})
    assert (problem.status, problem.headers["content-language"]) == (431, HANS)
    assert problem.body["detail"].endswith("各自最多 100 项、2048 字节。")


def test_methods_hosts_and_versions_are_refused_in_the_language(both: Client, wire: Wire) -> None:
    posted = both.request("/v1/events?lang=zh-Hant", "POST")
    assert (posted.status_code, posted.json()["title"]) == (405, "不支援該方法")
    assert posted.json()["detail"] == "本服務唯讀；請使用 GET、HEAD 或 OPTIONS。"
    for head, status, detail in (
        (b"GET /v1/events HTTP/1.1\r\n", 400, "必须有且只有一个 Host 标头。"),
        (b"GET /v1/events HTTP/2.0\r\nHost: x\r\n", 505, "仅支持 HTTP/1。"),
        (b"GET /v1/events HTTP/1.1\r\nHost: a b\r\n", 400, "Host 标头必须是主机名或地址，可带端口。"),
    ):
        with wire.connect() as connection:
            response = connection.request(head + b"Accept-Language: zh-CN\r\n\r\n")
        assert response.start.split()[1] == str(status).encode()
        assert response.header(b"content-language") == b"zh-Hans"
        assert detail in response.body.decode()


def test_the_server_itself_answers_in_the_language_that_it_has_read(wire: Wire) -> None:
    too_many = b"".join(b"X-%d: x\r\n" % number for number in range(1100))
    for sent, status, detail in (
        (b"GET /v1/events?lang=zh-Hans HTTP/1.1\r\nHost: x\r\n" + too_many + b"\r\n", 431, "请求标头超过"),
        (b"GET /v1/events HTTP/1.1\r\nAccept-Language: zh-TW\r\n" + too_many + b"\r\n", 431, "請求標頭超過"),
        (b"GET /v1/events HTTP/1.1\r\nAccept-Language: zh-TW\r\nX: x\r\nbroken\r\n\r\n", 400, "無法讀作 HTTP/1.1"),
        (b"GET /v1/events HTTP/1.1\r\nbroken\r\naccept-language:zh-CN\r\n\r\n", 400, "无法读作 HTTP/1.1"),
        (b"nonsense\r\n\r\n", 400, "cannot be read as HTTP/1.1"),
        (b"nonsense\r\nAccept-Language: zh-CN\r\n\r\n", 400, "无法读作 HTTP/1.1"),
        (b"GET /v1/search?q=a b&lang=zh-Hans HTTP/1.1\r\n\r\n", 400, "请把空格写作 %20"),
        (b"GET /v1/search?q=a b HTTP/1.1\r\nHost: x\r\n\r\n", 400, "The address has a blank; write it as %20."),
        (b"FOO /v1/events HTTP/1.1\r\nHost: x\r\n\r\n", 405, "The service is read-only; use GET, HEAD or OPTIONS."),
        (b"get /v1/events HTTP/1.1\r\nAccept-Language: zh-CN\r\n\r\n", 405, "本服务只读"),
    ):
        with wire.connect() as connection:
            response = connection.request(sent)
        assert response.start.split()[1] == str(status).encode()
        assert detail in response.body.decode()
        assert (b"allow: GET, HEAD, OPTIONS" in response.headers) == (status == 405)


def test_the_language_is_not_that_of_the_request_before(wire: Wire) -> None:
    with wire.connect() as connection:
        connection.request(b"GET /v1?lang=zh-Hans HTTP/1.1\r\nHost: x\r\nAccept-Language: zh-CN\r\n\r\n")
        assert b"cannot be read" in connection.request(b"nonsense\r\n\r\n").body


def test_cached_responses_and_problems_do_not_mix(ask: Ask) -> None:
    titles: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for _ in range(2):
        for language in (HANS, EN, HANT):
            accepted = {"Accept-Language": language}
            problem = ask(INVALID, accepted)
            events = ask("/v1/events?limit=1", accepted)
            unchanged = ask("/v1/events?limit=1", accepted | {"If-None-Match": events.headers["etag"]})
            assert [one.status for one in (problem, events, unchanged)] == [422, 200, 304]
            assert [one.headers["content-language"] for one in (problem, events)] == [language, language]
            assert unchanged.headers["etag"] == events.headers["etag"]
            assert is_chinese(problem.body["title"]) == (language is not EN)
            titles[language].add(events.body["data"][0]["title"])
    assert [len(found) for found in titles.values()] == [1, 1, 1]
    assert len(set.union(*titles.values())) == len(LANGUAGES)
    assert [is_chinese(*found) for found in titles.values()] == [language is not EN for language in LANGUAGES]


def test_all_that_has_ids_has_a_word(two_campaigns_database: Path) -> None:
    fields = (field for route in ROUTES for field in route.params_model.model_fields.values())
    referred = {one.resource for field in fields for one in field.metadata if isinstance(one, Refers)}
    with closing(sqlite3.connect(two_campaigns_database)) as database:
        kinds = referred | {kind for (kind,) in database.execute("SELECT DISTINCT kind FROM identifier")}
    assert {"county", "event", "metric", "strand"} <= kinds
    for kind in kinds:
        for language in LANGUAGES:
            told = Message("{noun} {other}", {"noun": noun(kind), "other": with_article(kind)}).in_language(language)
            assert is_chinese(told) == (language is not EN), kind
