"""Requests as bytes, each with its exact response: targets, preferences and preconditions."""

from tests.server.raw_requests import INJECTED, LIST, MARK, Case, bad, expect, get, members, same

TARGETS = {
    "absolute form": same(target=b"http://example.org" + LIST),
    "absolute form of another host": same(target=b"http://evil.example:8000" + LIST),
    "absolute form in upper case": same(target=b"HTTP://EXAMPLE.org" + LIST),
    "absolute form of an address": same(target=b"http://[::1]:80" + LIST),
    "absolute form and no Host": expect(400, get(b"http://example.org" + LIST, host=None)),
    "absolute form without a path": Case(get(b"http://example.org"), (200,), like=get(b"/")),
    "absolute form with a query alone": expect(200, get(b"http://example.org?limit=3")),
    "absolute form with a user": bad(get(b"http://user:word@example.org" + LIST)),
    "absolute form with a bad port": bad(get(b"http://example.org:port" + LIST)),
    "absolute form without a host": bad(get(b"http://" + LIST)),
    "absolute form of another scheme": bad(get(b"ftp://example.org" + LIST)),
    "file": bad(get(b"file:///etc/passwd")),
    "authority form": bad(get(b"example.org:80")),
    "relative form": bad(get(b"healthz")),
    "asterisk form": bad(get(b"*")),
    "OPTIONS *": expect(204, get(b"*", method=b"OPTIONS")),
    "OPTIONS of a path": expect(204, get(method=b"OPTIONS")),
    "OPTIONS in absolute form without a path": expect(204, get(b"http://example.org", method=b"OPTIONS")),
    "CONNECT": expect(405, get(b"evil.example:443", method=b"CONNECT"), closes=True),
    "TRACE": expect(405, get(LIST, b"X-Mark: " + MARK, method=b"TRACE")),
    "POST": expect(405, get(LIST, b"Content-Length: 5", method=b"POST", body=b"hello")),
    "POST in chunks": expect(405, get(LIST, b"Transfer-Encoding: chunked", method=b"POST", body=b"0\r\n\r\n")),
    "PROPFIND": expect(405, get(method=b"PROPFIND")),
    "HEAD": expect(200, get(method=b"HEAD")),
    "HEAD of nothing": expect(404, get(b"/nothing", method=b"HEAD")),
    **{
        f"method {method!r}": expect(405, get(method=method), closes=True)
        for method in (b"get", b"GETGET", b"TWIST", b"PRI")
    },
    **{f"method {method!r}": bad(get(method=method)) for method in (b"G\0T", b"")},
}

PATHS = {
    path.decode(): expect(404, get(path))
    for path in (
        *(b"//evil.example/", b"///evil.example/", b"//evil.example/%2f..", b"/\\evil.example", b"/%5cevil.example"),
        *(b"/%2f%2fevil.example", b"/.//evil.example", b"/http://evil.example/", b"/;/evil.example", b"/@evil.example"),
        *(
            b"/../etc/passwd",
            b"/docs/../../etc/passwd",
            b"/docs/%2e%2e/%2e%2e/etc/passwd",
            b"/docs/..%2f..%2fetc/passwd",
        ),
        *(b"/docs/%252e%252e%252fetc/passwd", b"/docs/..\\..\\etc\\passwd", b"/docs/..%5c..%5cetc%5cpasswd"),
        *(b"/docs/%c0%ae%c0%ae/etc/passwd", b"/docs/%e0%80%ae%e0%80%ae%c0%af", b"/docs/%uff0e%uff0e/etc/passwd"),
        *(
            b"/docs/....//....//etc/passwd",
            b"/docs/..;/..;/etc/passwd",
            b"/docs/.%00./etc/passwd",
            b"/docs//etc/passwd",
        ),
        *(b"/docs/docs.js%00.png", b"/docs/docs.js/", b"/docs//docs.js", b"/docs/./docs.js", b"/docs/DOCS.JS"),
        *(b"/docs/swagger-ui/swagger-ui.css", b"/docs/..%2fdocs.html", b"/static/docs.js", b"/.git/config", b"/.env"),
        *(
            b"/v1/events/..%2fevents",
            b"/v1/../v1/events",
            b"/v1//events",
            b"/v1/events/",
            b"/V1/EVENTS",
            b"/v1/events%20",
        ),
        *(
            b"/v1/events%",
            b"/v1/events%zz",
            b"/v1/events/%f",
            b"/v1/events/%80",
            b"/v1/events/%00",
            b"/v1/events/%ff%fe",
        ),
        *(b"/v1/events/" + MARK, b"/v1/events/%3Cscript%3E", b"/docs/" + MARK, b"/" + MARK, b"/docs/" + INJECTED),
        *(b"/v1/events/" + INJECTED, b"/" + INJECTED, b"/v1/events." + MARK, b"/v1/campaigns/" + MARK + b"/summary"),
    )
}

QUERIES = {
    **{
        query.decode(): expect(422, get(b"/v1/events?" + query))
        for query in (
            *(
                b"q=%",
                b"q=%zz",
                b"q=%f",
                b"q=%80",
                b"q=%00",
                b"q=%c0%ae",
                b"q=%ed%a0%80",
                b"%=1",
                b"%00=1",
                b"=",
                b"=1",
            ),
            *(MARK + b"=1", b"q=" + INJECTED, INJECTED + b"=1", b"cursor=" + MARK, b"lang=" + MARK, b"sort=" + MARK),
            *(b"limit=" + MARK, b"category=" + MARK, b"location=" + MARK, b"date_from=" + MARK, b"bbox=" + MARK, b"??"),
        )
    },
    "search for what must be encoded": expect(200, get(b"/v1/events?q=" + MARK)),
    "8 kB of NUL": expect(422, get(b"/v1/events?q=" + b"%00" * 2700)),
    "8 kB of ampersands": expect(200, get(b"/v1/events?" + b"&" * 8000)),
    "10,000 parameters": expect(414, get(b"/v1/events?" + b"a&" * 10_000)),
    "4,000 parameters": expect(422, get(b"/v1/events?" + b"a&" * 4000)),
    "4,000 parameters that are badly encoded": expect(422, get(b"/v1/events?" + b"%&" * 4000)),
    "one parameter 1,000 times": expect(422, get(b"/v1/events?" + b"limit=1&" * 1000)),
    "1,000 values of one parameter": expect(422, get(b"/v1/events?" + b"kind=x&" * 1000)),
}

NEGOTIATION = {
    "3,000 ranges": same(b"Range: bytes=" + members(b"%d-", 3000)),
    "bad range": same(b"Range: bytes=9-0"),
    "100 media types": same(b"Accept: " + members(b"a/%d;q=0.5", 99) + b", application/json"),
    "100 languages": same(b"Accept-Language: " + members(b"x-%d;q=0.5", 100)),
    "100 encodings": same(b"Accept-Encoding: " + members(b"x%d;q=0.5", 100)),
    "100 tags": same(b"If-None-Match: " + members(b'"%d"', 100)),
    "2,000 bytes of quotes": same(b"If-None-Match: " + b'"W/' * 682),
    **{
        f"{what} of {name.decode()}": expect(431, get(LIST, *(name + b": " + value for value in values)))
        for name in (b"Accept", b"Accept-Language", b"Accept-Encoding", b"If-None-Match", b"If-Match")
        for what, values in (
            ("101 members", (members(b"*;q=0.%d", 101),)),
            ("30,000 commas", (b"," * 30_000,)),
            ("101 lines", (b"*",) * 101),
            ("2,049 bytes", (b"x" * 2049,)),
            ("900 long lines", (b"x" * 20,) * 900),
        )
    },
    "30,000 members of Connection": same(b"Connection: " + b"," * 30_000),
    "30,000 members of Connection for an upgrade": expect(
        200, get(LIST, b"Connection: upgrade" + b"," * 30_000, b"Upgrade: websocket"), closes=True
    ),
    "30,000 members of Cookie": same(b"Cookie: " + b"a;" * 15_000),
    "date of 30,000 words": same(b"If-Modified-Since: " + b"1 " * 15_000),
    **{
        f"weight {weight.decode()[:9]}": expect(406, get(LIST, b"Accept: application/json;q=" + weight))
        for weight in (b"NaN", b"inf", b"-1", b"2", b"1e999", b"", b"x", b"9" * 1900)
    },
    **{
        f"encoding's weight {weight.decode()}": same(b"Accept-Encoding: br;q=" + weight)
        for weight in (b"NaN", b"-1", b"1e999", b"x")
    },
    **{
        f"language's weight {weight.decode()}": same(b"Accept-Language: zh-Hans;q=" + weight)
        for weight in (b"NaN", b"-1", b"1e999", b"x")
    },
    **{
        f"since {since.decode()[:50]}": same(b"If-Modified-Since: " + since)
        for since in (
            *(
                b"Mon, 23 Nov 99999 10:00:00 GMT",
                b"Mon, 23 Nov 99999999999999999999 10:00:00 GMT",
                b"x",
                MARK,
                b"-1",
                b"0",
            ),
            *(b"Mon, 23 Nov 2020 99999999999999999999:00:00 GMT", b"Mon, 23 Nov 2020 10:00:00 +99999999999999999999"),
            *(
                b"Mon, 99 Nov 2020 10:00:00 GMT",
                b"Mon, 23 Nov 2020 10:00:00 +9999",
                b"9" * 5000,
                b"Mon, 23 Nov 0000 -1",
            ),
        )
    },
    "since the end of time": expect(200, get(LIST, b"If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT")),
    **{
        f"request id {name!r}": same(b"X-Request-ID: " + name)
        for name in (
            b"",
            b'a"b',
            b"a b",
            b"a\tb",
            b"a\r\nX-Injected: 1",
            b"a%0d%0aX-Injected: 1",
            MARK,
            b"x" * 65,
            b"\xff",
        )
    },
    "request id with CR": bad(get(LIST, b"X-Request-ID: a\rX-Injected: 1")),
    "request id with LF": bad(get(LIST, b"X-Request-ID: a\nX-Injected: 1")),
    "mark in all headers": expect(
        406,
        get(
            LIST, *(name + b": " + MARK for name in (b"Accept", b"Accept-Language", b"Accept-Encoding", b"User-Agent"))
        ),
    ),
}

TARGET_CASES = {"target": TARGETS, "path": PATHS, "query": QUERIES, "negotiation": NEGOTIATION}
