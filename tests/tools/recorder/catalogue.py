"""Right and wrong values of parameters, paths and headers."""

LANGUAGES = ("en", "zh-Hant", "zh-Hans")

WORDS = (
    *(
        "天水",
        "公安",
        "人民",
        "活動",
        "活动",
        "歷史",
        "历史",
        "兩結合",
        "两结合",
        "雙載體",
        "警察",
        "座談",
        "民",
        "节",
        "頭盔",
    ),
    *("liangjiehe", "tianshui", "gong'an", "maiji", "renmin jingcha", "jǐngchá", "police", "Police heroes", "campaign"),
    *("symposium", "the", "helmet", "open day", "POLICE", "學習 革命", "天水 police", "mai ji", "83", "2024", "110"),
    *(
        "nothing-of-the-kind",
        "qqqq",
        "龘",
        "zzz 天水",
        "!!!",
        '"',
        "'",
        "*",
        "%",
        "a OR b",
        "NEAR(a b)",
        "(",
        "-",
        "。",
    ),
    *("😀", "天" * 200, "天" * 201, "a" * 200, "e\u0301", "ＰＯＬＩＣＥ", " ", "天水　公安", "<script>"),
)

EVENT_CATEGORIES = ("symposium", "competition", "open_day", "site_study", "training", "practice_series", "performance")
LOCATION_KINDS = ("province", "city", "county", "district", "town", "venue", "memorial", "office", "village")
EVENT_KINDS = ("event", "series", "initiative", "component")
UNDATED = ("exclude", "include", "only")
LINKED_BY = ("stated", "any")
NUMBERS = ("0", "1", "83", "47.5", "100000", "-1", "1e3", "0083")
BOXES = (
    *("105.5,34.3,106.5,35.2", "100,30,110,40", "-180,-90,180,90", "170,30,-170,40", "0,0,1,1"),
    "105.72,34.58,105.73,34.59",
)
PERIODS = ("2024-10", "2024", "2024-10-17", "2024-02", "1900")
FIRST_DATES = ("2024-10-01", "2024-10", "2024", "2024-09-20", "2024-12-01", "2019-01-01", "1900-01-01", "2024-02-29")
LAST_DATES = ("2024-10-31", "2024-10", "2024", "2024-10-17", "2025-01-10", "2030-12-31", "2024-10-01", "2022-06-30")

SINGLE_VALUED = ("basis", "bbox", "date", "date_from", "date_to", "undated", "value_gte", "value_lte")
"""Parameters that are not to be repeated."""

_WRONG_DATES = (
    *("2023-02-29", "2024-13-01", "2024-10-1", "20241001", "2024/10", "2024-13", "yesterday", "2024-10-01T00:00:00"),
    *("0000-01-01", "2024-10-01Z"),
)
_WRONG_NUMBERS = ("nan", "inf", "abc", "9" * 400, "+5", "1_000")

WRONG_VALUES = {
    "category": ("sympos", "座談會", "symposium,training"),
    "kind": ("Event", "events", "planet", "quantity", "source"),
    "scope": ("world",),
    "undated": ("none",),
    "basis": ("derived", "ANY"),
    "bbox": (
        *("1,2,3", "1,2,3,4,5", "a,b,c,d", "0,10,1,5", "0,0,181,1", "0,-91,1,1", "nan,0,1,1", "inf,0,1,1"),
        "105.5, 34.3,106.5,35.2",
    ),
    "date": _WRONG_DATES,
    "date_from": _WRONG_DATES,
    "date_to": _WRONG_DATES,
    "value_gte": _WRONG_NUMBERS,
    "value_lte": _WRONG_NUMBERS,
}
"""Values that at least one of the lists refuses, by parameter."""

WRONG_IDS = ("nowhere", "TIANSHUI", "tianshu", "天水", "a b", "x" * 300, "../etc", "a,b", "%00")
"""Values that are ids of nothing."""

RETIRED_IDS = ("pingliang-helmet-day", "pingliang-cancelled-parade")
"""One that was merged into another, one that was withdrawn."""

WRONG_ENTRIES = (
    *(
        "limt=5",
        "limit=00x",
        "limit=-1",
        "limit=201",
        "limit=1000000",
        "limit=abc",
        "limit=",
        "limit=1&limit=2",
        "limit=5.0",
    ),
    *("lang=fr", "lang=zh", "lang=ZH-HANT", "lang=zh-CN", "lang=en-US", "lang=", "lang=en&lang=en", "lang=zh-TW"),
    *(
        "sort=",
        "sort=nothing",
        "sort=id,id",
        "sort=id,-id",
        "sort=-",
        "sort=,",
        "sort=relevance",
        "sort=ID",
        "sort=id,",
    ),
    *("cursor=abc", "cursor=", "cursor=AAAA!", "cursor=" + "A" * 60, "cursor=" + "A" * 1001, "cursor=天水"),
    *("include=nothing", "include=", "include=Evidence", "include=evidence,translations", "facet=nothing", "facet="),
    *(
        "q=",
        "q=%",
        "q=%zz",
        "q=%00",
        "q=%ff",
        "=",
        "=1",
        "a",
        "&",
        "&&limit=1&",
        "limit=1;lang=en",
        "%6Cimit=1",
        "limit=%31",
    ),
    *("nothing=1&nothing=2&limit=x&lang=fr&sort=no", "LIMIT=5", "Lang=en", "limit[]=5", "page=2", "offset=10", "_=1"),
    *(
        "q=天水&q=公安",
        "lang=en#x",
        "lang=en&limit=+5",
        "limit=５",
        "callback=f",
        "format=csv",
        "fields=id",
        "?limit=1",
    ),
    *(
        "strand=inviting-in",
        "month=2024-10",
        "county=maiji",
        "has=events",
        "location_basis=any",
        "date=2024-10&date_from=2024",
        "id=tianshui",
    ),
)

DOCUMENTS = (
    *("/openapi.json", "/docs", "/docs/docs.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"),
    *("/docs/favicon-32x32.png", "/healthz", "/readyz", "/metrics"),
)

NOTHING = (
    *("/", "/v1", "/v1/", "/v2/events", "/v1/event", "/v1/events/", "/V1/events", "/v1/eventz", "/nothing", "/docs/"),
    *(
        "/docs/nothing.js",
        "/v1/events.pdf",
        "/v1/events.CSV",
        "/v1/locations.ics",
        "/v1/outcomes.geojson",
        "/v1/sources.csv",
    ),
    *("/v1/campaigns.csv", "/v1/events.csv.gz", "/v1/campaigns/tianshui/nothing", "/v1/campaigns/nowhere/summary"),
    *(
        "/v1/campaigns/nowhere/snapshot",
        "/v1/events/a/b",
        "/v1/terms",
        "/favicon.ico",
        "/robots.txt",
        "/redoc",
        "/.env",
    ),
    *("/v1/search/x", "/v1/search.csv", "/healthz/", "/metrics/x", "/v1/事件", "/v1/events/%2e%2e", "/catalog.jsonld"),
)

ACCEPTS = (
    *(
        "application/json",
        "*/*",
        "application/*",
        "text/html",
        "text/csv",
        "application/json;q=0",
        "",
        "application/xml",
    ),
    *(
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/json;q=0.1, text/html",
        "nonsense",
    ),
    *(
        "*/*;q=0",
        "application/problem+json",
        "APPLICATION/JSON",
        "application/geo+json",
        "text/calendar;q=0.5, */*;q=0.1",
    ),
)
ACCEPT_LANGUAGES = (
    *("en", "zh-Hant", "zh-Hans", "zh-CN", "zh-TW", "zh-HK", "zh-SG", "zh-MO", "zh", "fr", "fr, en;q=0.5", "*", ""),
    *("en;q=0.3, zh-Hans;q=0.8", "en;q=0", "EN-us", "zh-Hant-CN", "de-DE,de;q=0.9,en-GB;q=0.4", "en;q=x", "x" * 300),
)
ACCEPT_ENCODINGS = (
    *(
        "identity",
        "gzip",
        "br",
        "zstd",
        "gzip, deflate, br, zstd",
        "*",
        "",
        "deflate",
        "gzip;q=0.5, br;q=0.1",
        "x-gzip",
    ),
    *(
        "identity;q=0",
        "*;q=0",
        "gzip;q=0, *",
        "GZIP",
        "br;q=0, identity;q=0.5, gzip;q=0.4",
        "gzip;q=2",
        "identity;q=0, br",
    ),
)
METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD", "PROPFIND")
