"""Requests as bytes, each with its exact response: their syntax. Section numbers are those of RFC 9112."""

from dataclasses import dataclass

LIST = b"/v1/events?lang=en&limit=3"
MARK = b"<script>alert(1)</script>"
"""Markup that must not be reflected as it is."""

INJECTED = b"%0d%0aX-Injected:%201"
"""A header that must not be reflected as one."""


def get(
    target: bytes = LIST,
    *lines: bytes,
    method: bytes = b"GET",
    version: bytes = b"HTTP/1.1",
    host: bytes | None = b"example.org",
    body: bytes = b"",
) -> bytes:
    """Write a request."""
    hosts = () if host is None else (b"Host: " + host,)
    return b"\r\n".join([b" ".join((method, target, version)), *hosts, *lines, b"", body])


CLEAN = get()


@dataclass(frozen=True)
class Case:
    """A request and its expected responses."""

    raw: bytes
    statuses: tuple[int, ...] = (200,)
    """The statuses of the responses, in order."""
    closes: bool = False
    """Whether the last response has `Connection: close`, and the server closes."""
    like: bytes | None = None
    """A request whose response must be the same to the byte."""


def expect(status: int, raw: bytes, *, closes: bool = False) -> Case:
    """Expect one response."""
    return Case(raw, (status,), closes)


def bad(raw: bytes) -> Case:
    """Expect a 400, and the end of the connection."""
    return Case(raw, (400,), closes=True)


def same(*lines: bytes, host: bytes = b"example.org", target: bytes = LIST, body: bytes = b"") -> Case:
    """Expect the response to the request without these lines."""
    return Case(get(target, *lines, host=host, body=body), like=CLEAN)


def chunked(body: bytes, *lines: bytes) -> bytes:
    """Write a request with chunked content."""
    return get(LIST, b"Transfer-Encoding: chunked", *lines, body=body)


def members(pattern: bytes, count: int) -> bytes:
    """Write a header value with many members."""
    return b", ".join(pattern % number for number in range(count))


HOSTS = {
    "no Host": expect(400, get(host=None)),
    "no Host in HTTP/1.0": expect(200, get(host=None, version=b"HTTP/1.0"), closes=True),
    "two Hosts": expect(400, get(LIST, b"Host: evil.example")),
    "one Host twice": expect(400, get(LIST, b"Host: example.org")),
    "two Hosts in HTTP/1.0": expect(400, get(LIST, b"Host: evil.example", version=b"HTTP/1.0"), closes=True),
    **{
        f"Host {host!r}": same(host=host)
        for host in (
            *(
                b"",
                b"evil.example",
                b"evil.example:8000",
                b"EXAMPLE.org",
                b"example.org:",
                b"ex%41mple.org",
                b"a_b.org",
            ),
            *(b"127.0.0.1", b"[::1]", b"[::1]:8000", b"[2001:db8::1]:80", b"[v1.a:b]", b"example.org:99999"),
        )
    },
    **{
        f"Host {host!r}": expect(400, get(host=host))
        for host in (
            *(
                b"user@example.org",
                b"user:word@example.org",
                b"example.org:port",
                b"example.org:80:80",
                b"::1",
                b"[::1",
            ),
            *(
                b"example.org/path",
                b"http://example.org",
                b"exa mple.org",
                b"example.org, evil.example",
                b"example.org#x",
            ),
            *("天水.example".encode(), b"ex%zample.org", b"a\tb", b'a"b', b"a\\b", MARK),
        )
    },
}

FORWARDED = {
    line.partition(b":")[0].decode(): same(line)
    for line in (
        *(
            b"X-Forwarded-Host: evil.example",
            b"X-Forwarded-Proto: https",
            b"X-Forwarded-Port: 1",
            b"X-Forwarded-Scheme: x",
        ),
        *(b"X-Forwarded-For: 127.0.0.1", b"X-Forwarded-Prefix: /evil", b"X-Forwarded-Server: evil.example"),
        *(b"Forwarded: for=127.0.0.1;host=evil.example;proto=https", b"X-Host: evil.example", b"X-Real-IP: 127.0.0.1"),
        *(
            b"X-Original-URL: /docs",
            b"X-Rewrite-URL: /docs",
            b"X-HTTP-Method-Override: DELETE",
            b"Via: 1.1 evil.example",
        ),
        *(
            b"Cookie: a=b",
            b"Authorization: Basic YTpi",
            b"Referer: http://evil.example/",
            b"Origin: http://evil.example",
        ),
    )
} | {
    "redirect by a forged Host": Case(
        get(b"/v1/events/pingliang-helmet-day", b"X-Forwarded-Host: evil.example", host=b"evil.example"),
        (308,),
        like=get(b"/v1/events/pingliang-helmet-day"),
    ),
}

SIZES = {
    "header of 1 MB": expect(431, get(LIST, b"X-Large: " + b"x" * 1_000_000), closes=True),
    "header of 40 kB": expect(431, get(LIST, b"X-Large: " + b"x" * 40_000)),
    "header's name of 1 MB": expect(431, get(LIST, b"x" * 1_000_000 + b": y"), closes=True),
    "999 headers": same(*(b"X-%d: y" % number for number in range(999))),
    "1,001 headers": expect(431, get(LIST, *(b"X-%d: y" % number for number in range(1000))), closes=True),
    "1,001 trailers": expect(431, chunked(b"0\r\n" + b"X: y\r\n" * 1001 + b"\r\n"), closes=True),
    "path of 10 kB": expect(414, get(b"/" + b"x" * 10_000)),
    "query of 10 kB": expect(414, get(b"/v1/events?q=" + b"x" * 10_000)),
    "path of 60 kB": expect(414, get(b"/" + b"%" * 60_000)),
    "path of 1 MB": expect(414, get(b"/" + b"x" * 1_000_000), closes=True),
    "query of 1 MB": expect(414, get(b"/v1/events?q=" + b"x" * 1_000_000), closes=True),
    "method of 10 kB": expect(405, get(method=b"X" * 10_000), closes=True),
    "method of 1 MB": bad(get(method=b"X" * 1_000_000)),
    "body of 1 MB": Case(
        get(b"/healthz", b"Content-Length: 1000000", body=b"x" * 1_000_000),
        like=get(b"/healthz"),
    ),
}

CHUNKS = {
    "chunks": Case(chunked(b"5\r\nhello\r\n0\r\n\r\n"), like=CLEAN),
    "chunks in upper case": Case(
        get(LIST, b"Transfer-Encoding: CHUNKED", body=b"A\r\n0123456789\r\n0\r\n\r\n"), like=CLEAN
    ),
    "chunk extension": Case(chunked(b'5;a=b;c="d"\r\nhello\r\n0;e\r\n\r\n'), like=CLEAN),
    "zeros before a chunk's size": Case(chunked(b"0005\r\nhello\r\n000\r\n\r\n"), like=CLEAN),
    "trailer": Case(chunked(b"0\r\nX-Trailer: y\r\n\r\n"), like=CLEAN),
    "trailer that would be a condition": Case(chunked(b"0\r\nIf-None-Match: *\r\n\r\n"), like=CLEAN),
    "trailer that would be a preference": Case(chunked(b"0\r\nAccept: image/png\r\nHost: x\r\n\r\n"), like=CLEAN),
    "chunk without a size": bad(chunked(b"\r\nhello\r\n0\r\n\r\n")),
    "chunk's size of letters": bad(chunked(b"xyz\r\nhello\r\n0\r\n\r\n")),
    "chunk's size with 0x": bad(chunked(b"0x5\r\nhello\r\n0\r\n\r\n")),
    "negative chunk": bad(chunked(b"-5\r\nhello\r\n0\r\n\r\n")),
    "huge chunk": bad(chunked(b"F" * 17 + b"\r\nhello\r\n0\r\n\r\n")),
    "space after a chunk's size": bad(chunked(b"5 \r\nhello\r\n0\r\n\r\n")),
    "chunk longer than its size": bad(chunked(b"5\r\nhello!\r\n0\r\n\r\n")),
    "chunk without its end of line": bad(chunked(b"5\r\nhello0\r\n\r\n")),
    "chunks with LF alone": bad(chunked(b"5\nhello\n0\n\n")),
    "chunk extension with LF alone": bad(chunked(b"5;a\nhello\r\n0\r\n\r\n")),
    "bad trailer": bad(chunked(b"0\r\nno trailer\r\n\r\n")),
}

LENGTHS = {
    "body": same(b"Content-Length: 5", body=b"hello"),
    "empty body": same(b"Content-Length: 0"),
    "space after a length": Case(get(LIST, b"Content-Length: 5 \t", body=b"hello") + CLEAN, (200, 200)),
    "body that looks like a request": same(b"Content-Length: %d" % len(get(b"/nothing")), body=get(b"/nothing")),
    "length and chunks": bad(get(LIST, b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n")),
    "chunks and length": bad(chunked(b"0\r\n\r\n", b"Content-Length: 5")),
    "two lengths": bad(get(LIST, b"Content-Length: 5", b"Content-Length: 6", body=b"hello")),
    "one length twice": bad(get(LIST, b"Content-Length: 5", b"Content-Length: 5", body=b"hello")),
    **{
        f"length {length!r}": bad(get(LIST, b"Content-Length: " + length, body=b"hello"))
        for length in (b"-5", b"+5", b"five", b"", b"5, 5", b"5 5", b"0x5", b"1_0", b"5.0", b"9" * 40, "５".encode())
    },
    **{
        # Section 6.3: where chunks are not the last of the codings, the end of a request is unknown.
        f"coding {coding!r}": bad(get(LIST, b"Transfer-Encoding: " + coding, body=b"0\r\n\r\n"))
        for coding in (b"gzip", b"identity", b"chunked, gzip", b"chunked, chunked", b"xchunked", b"\x0bchunked", b"")
    },
    "coding in two lines": bad(chunked(b"0\r\n\r\n", b"Transfer-Encoding: identity")),
    "unknown coding": expect(501, get(LIST, b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n")),
    "chunks in HTTP/1.0": expect(
        200, get(LIST, b"Transfer-Encoding: chunked", version=b"HTTP/1.0", body=b"0\r\n\r\n"), closes=True
    ),
}

SYNTAX = {
    "empty line first": Case(b"\r\n" + CLEAN, like=CLEAN),
    "empty lines first": Case(b"\r\n" * 5 + CLEAN, like=CLEAN),
    "1 MB of empty lines first": Case(b"\r\n" * 500_000 + CLEAN, like=CLEAN),
    "spaces around a value": same(b"X-Spaces: \t  x \t "),
    "spaces around the host": same(host=b" example.org \t"),
    "value of other than ASCII": same(b"X-Other: \xff\xe5\xa4\xa9"),
    "two spaces in the first line": Case(get(b" " + LIST), like=CLEAN),
    "space first": bad(b" " + CLEAN),
    "tab in the first line": bad(CLEAN.replace(b" ", b"\t", 1)),
    "space after the first line": bad(get(version=b"HTTP/1.1 ")),
    "no target": bad(get(b"")),
    "folded value": bad(get(LIST, b"X-Folded: a\r\n b")),
    "folded first header": bad(get(LIST, host=None).replace(b"\r\n", b"\r\n Host: example.org\r\n", 1)),
    "space before the colon": bad(get(LIST, b"X-Space : a")),
    "space in a name": bad(get(LIST, b"X Space: a")),
    "no colon": bad(get(LIST, b"X-Colon")),
    "no name": bad(get(LIST, b": a")),
    "name in parentheses": bad(get(LIST, b"(X): a")),
    "name of other than ASCII": bad(get(LIST, "X-é: a".encode())),
    "CR in a value": bad(get(LIST, b"X-CR: a\rX-Injected: 1")),
    "LF in a value": bad(get(LIST, b"X-LF: a\nX-Injected: 1")),
    "CR alone": bad(CLEAN.replace(b"\r\n", b"\r")),
    "LF alone": bad(CLEAN.replace(b"\r\n", b"\n")),
    **{f"value with {code:#04x}": bad(get(LIST, b"X-Control: a%cb" % code)) for code in (0, 1, 7, 8, 11, 27, 127)},
    **{f"target with {code:#04x}": bad(get(b"/a%cb" % code)) for code in (0, 1, 8, 9, 11, 27, 127, 128, 255)},
    "path of UTF-8": Case(get("/v1/天水".encode()), (404,), like=get(b"/v1/%E5%A4%A9%E6%B0%B4")),
    "query of UTF-8": Case(get("/v1/events?q=天水".encode()), like=get(b"/v1/events?q=%E5%A4%A9%E6%B0%B4")),
    "method of UTF-8": bad(get(method="取".encode())),
    "version of UTF-8": bad(get(version="HTTP/１.1".encode())),
}

CONNECTIONS = {
    **{
        # RFC 9110 section 10.1.1: a final response instead of 100, and content that may not come.
        f"expectation of {name}": expect(
            status, get(target, *expectation, *lines, method=method, body=body), closes=True
        )
        for name, method, target, status, lines, body in (
            ("content", b"GET", LIST, 200, (b"Content-Length: 5",), b""),
            ("content that comes", b"GET", LIST, 200, (b"Content-Length: 5",), b"hello"),
            ("chunks", b"GET", LIST, 200, (b"Transfer-Encoding: chunked",), b""),
            ("content with HEAD", b"HEAD", LIST, 200, (b"Content-Length: 5",), b""),
            ("content of an export", b"GET", b"/v1/events.csv", 200, (b"Content-Length: 5",), b""),
            ("content with POST", b"POST", b"/v1/events", 405, (b"Content-Length: 1000000",), b""),
            ("content of nothing", b"GET", b"/nothing", 404, (b"Content-Length: 5",), b""),
        )
        for expectation in ((b"Expect: 100-Continue",),)
    },
    "expectation without a body": same(b"Expect: 100-continue"),
    "expectation of an empty body": same(b"Expect: 100-continue", b"Content-Length: 0"),
    # RFC 9110 section 10.1.1: another may be passed over.
    "another expectation": same(b"Expect: 200-ok"),
    "expectation in HTTP/1.0": expect(
        200, get(b"/v1/events.csv", b"Expect: 100-continue", version=b"HTTP/1.0"), closes=True
    ),
    "upgrade without Connection": same(b"Upgrade: h2c"),
    **{
        f"upgrade to {name.decode()}": expect(
            200, get(LIST, b"Connection: Upgrade", b"Upgrade: " + name, *more), closes=True
        )
        for name, more in (
            (b"h2c", (b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",)),
            (b"websocket", (b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Version: 13")),
            (b"TLS/1.2", ()),
        )
    },
    "close": expect(200, get(LIST, b"Connection: close"), closes=True),
    "close and go on": expect(200, get(LIST, b"Connection: keep-alive, close"), closes=True),
    "HTTP/1.0": expect(200, get(version=b"HTTP/1.0"), closes=True),
    "HTTP/1.0 that goes on": expect(200, get(LIST, b"Connection: keep-alive", version=b"HTTP/1.0"), closes=True),
    # RFC 9110 section 2.5: a higher minor version is served as the highest that is known.
    "HTTP/1.2": Case(get(version=b"HTTP/1.2"), like=CLEAN),
    "HTTP/2.0": expect(505, get(version=b"HTTP/2.0"), closes=True),
    "HTTP/3.0": expect(505, get(version=b"HTTP/3.0"), closes=True),
    "HTTP/0.9": expect(505, get(version=b"HTTP/0.9"), closes=True),
    "no version": expect(505, b"GET /healthz\r\n\r\n", closes=True),
    **{
        f"version {version.decode()}": bad(get(version=version))
        for version in (b"HTTP/1", b"HTTP/11", b"HTTP/1.10", b"http/1.1", b"HTTPS/1.1", b"ICE/1.0", b"HTTP/x.1", b"1.1")
    },
    "HTTP/2": bad(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\4\0\0\0\0\0"),
    "TLS": bad(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x5a" * 500),
    "SSH": bad(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "SMTP": bad(b"EHLO evil.example\r\n"),
    "PROXY": bad(b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n" + CLEAN),
    "JSON": bad(b'{"a": 1}\r\n\r\n'),
    "a response": bad(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    "zeros": bad(b"\0" * 1000),
    "noise": bad(bytes(range(128, 256)) * 10),
}

PIPELINES = {
    "three": Case(CLEAN * 3, (200, 200, 200)),
    "good and bad": Case(CLEAN + get(b"/nothing") + get(method=b"TWIST"), (200, 404, 405), closes=True),
    "bad and good": Case(get(LIST, b"X Bad: x") + CLEAN, (400,), closes=True),
    "an export and bad": Case(get(b"/v1/events.csv") + get(method=b"TWIST"), (200, 405), closes=True),
    "many and bad": Case(
        (get(b"/v1/events.csv") + CLEAN + get(b"/healthz")) * 5 + b"\0", (*(200, 200, 200) * 5, 400), closes=True
    ),
    "bad chunk in the second": Case(CLEAN + chunked(b"x\r\n") + CLEAN, (200, 400), closes=True),
    "bad chunk after an export": Case(get(b"/v1/events.csv") + chunked(b"x\r\n") + CLEAN, (200, 400), closes=True),
    "bodies between": Case(
        get(LIST, b"Content-Length: 5", body=b"hello") + chunked(b"5\r\nhello\r\n0\r\n\r\n") + CLEAN, (200, 200, 200)
    ),
    "nothing after the last": Case(CLEAN + get(LIST, b"Connection: close") + CLEAN, (200, 200), closes=True),
    "nothing after HTTP/1.0": Case(get(version=b"HTTP/1.0") + CLEAN, (200,), closes=True),
    "errors": Case(get(host=None) + get(b"/nothing") + get(b"/" + b"x" * 9000) + CLEAN, (400, 404, 414, 200)),
}

WRITTEN = {
    "host": HOSTS,
    "forwarded": FORWARDED,
    "size": SIZES,
    "chunks": CHUNKS,
    "length": LENGTHS,
    "syntax": SYNTAX,
    "connection": CONNECTIONS,
    "pipeline": PIPELINES,
}
