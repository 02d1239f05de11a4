"""HTTP itself: request lines, headers, lengths, smuggled requests, methods, paths and forms."""

import pytest
from support.hostile import Case, Gateway
from support.raw_http import GOOD, request

HEAD = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
FORM = "multipart/form-data; boundary=x"
SMUGGLED = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def post(headers: bytes, body: bytes = GOOD) -> bytes:
    return HEAD + headers + b"\r\n" + body


def line(text: bytes) -> bytes:
    return text + b"\r\nHost: x\r\n\r\n"


# No HTTP/1.1. The parser refuses each.
LINES = [
    b"\0", b"GET", b"GET /\0 HTTP/1.1", b"GET / HTTP/1.1\0", b"GET  / HTTP/1.1", b"GET / HTTP/9.9", b"GET / HTTP/1.1.1",
    b"GET / HTPP/1.1", b"GET / http/1.1", b"get / HTTP/1.1", b"FETCH / HTTP/1.1", b"G\xc3\x89T / HTTP/1.1",
    b" GET / HTTP/1.1",
    b"GET /\tHTTP/1.1", b"PRI * HTTP/2.0", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"SSH-2.0-client",
    b"GET http:// HTTP/1.1", b"GET //[::1 HTTP/1.1", b"GET \\windows HTTP/1.1", b"EHLO mail", b"*1\r\n$4\r\nPING",
]  # fmt: skip

HEADERS = [
    b"No colon\r\n", b": no name\r\n", b"A B: c\r\n", b"A\0: b\r\n", b"A: b\0c\r\n", b"A: b\rc\r\n",
    b"A : b\r\n", b"A: b\nC: d\r\n\0",
    b" folded: x\r\n", b"A: b\r\n\tfolded\r\n\0", b"(A): b\r\n", b"A\xc3\xa9: b\r\n", b"A@: b\r\n", b"\xff: x\r\n",
]  # fmt: skip

# Lengths that contradict each other or themselves: a proxy may have read another one.
LENGTHS = [
    b"Content-Length: -1\r\n", b"Content-Length: +27\r\n", b"Content-Length: 0x1b\r\n", b"Content-Length: 27 27\r\n",
    b"Content-Length: 27, 27\r\n", b"Content-Length: 27\r\nContent-Length: 27\r\n",
    b"Content-Length: 27\r\nContent-Length: 5\r\n",
    b"Content-Length: 5\r\nContent-Length: 27\r\n", b"Content-Length: 1e2\r\n", b"Content-Length: \r\n",
    b"Content-Length: 2.7\r\n",
    b"Content-Length: 99999999999999999999\r\n", b"Content-Length: " + b"9" * 5_000 + b"\r\n",
    b"Content-Length : 27\r\n",
    b"Content-Length: 27\r\n" + CHUNKED, CHUNKED + b"Content-Length: 27\r\n", b"Content-Length: 27;\r\n",
    b"Content-Length: \xb2\r\n",
    b"Transfer-Encoding: chunked, identity\r\n", b"Transfer-Encoding: identity\r\nContent-Length: 27\r\n",
    b"Transfer-Encoding : chunked\r\n",
    b"Transfer-Encoding: xchunked\r\n", b"Transfer-Encoding: chunked\x0b\r\n",
    b"Transfer-Encoding: gzip\r\n", b'Transfer-Encoding: "chunked"\r\n',
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", b"Transfer-Encoding:\x0bchunked\r\n",
]  # fmt: skip

CHUNKS = [
    b"-1\r\n", b"g\r\n", b"0x5\r\n{", b"\r\n", b"5 \r\n", b"ffffffffffffffffff\r\n", b"1\r\n{}\r\n",
    b"1\n{\n0\n\n", b"2\r\n{}0\r\n\r\n",
    b"1;a=\0\r\n{", b"0\r\nA B: c\r\n\r\n", b"1b\r\n" + GOOD + b"0\r\n\r\n", b"1_0\r\n", b"+1\r\n{", b" 1\r\n{",
]  # fmt: skip

# Complete requests for something that there is not.
METHODS = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "PURGE", "LINK"]
OVERRIDES = ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method", "_method"]
PATHS = [
    "/graphql/", "/GRAPHQL", "//graphql", "/graphql%00", "/graphql;a=b", "/./graphql", "/x/../graphql",
    "/%2e%2e/graphql", "/graphql%2f",
    "/graphiql/assets/../../../app.py", "/graphiql/assets/%2e%2e/%2e%2e/__init__.py",
    "/graphiql/assets/..%2f..%2fapp.py",
    "/graphiql/assets//etc/passwd", "/graphiql/assets/%00", "/graphiql/assets/..%5c..%5capp.py",
    "/graphiql/assets/" + "a" * 5_000,
    "/graphiql/assets/%ff", "/.env", "/.git/config", "/admin", "/debug", "/docs", "/openapi.json", "/events",
    "/%0d%0aSet-Cookie:a=b",
    "/graphiql/assets/%c0%ae%c0%ae/app.py", "/health/../metrics/x", "/metrics/", "/?a=b", "/" + "%2e" * 3_000,
]  # fmt: skip

TYPES = [
    "", "application/jsonx", "text/json", "text/plain", "application/xml",
    "application/x-www-form-urlencoded", FORM, "application/graphql",
    "multipart/form-data", "multipart/mixed; boundary=x", 'multipart/form-data; boundary="' + "x" * 5_000,
    "application/json\xff", "*/*", "application/*",
    "application/json, text/plain", "application/octet-stream", "application/x-ndjson",
    "text/plain; application/json", "json", ";application/json",
]  # fmt: skip

QUERY = "/graphql?query={__typename}"
FIELDS = {
    "operations": b'{"query": "{ __typename }", "variables": {"file": null}}',
    "map": b'{"0": ["variables.file"]}',
    "query": b"{ __typename }",
    "0": b"x" * 10_000,
    '../../etc/passwd"; filename="x': b"x",
}
FORM_ENDS = [b"\r\n--x--\r\n", b"", b"\r\n--x", b"\r\n--y--", b"--x--" * 500]


def typed(content_type: str, body: bytes = GOOD) -> bytes:
    lines = ["POST /graphql HTTP/1.1", "Host: x", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def form(end: bytes) -> bytes:
    """A form as multipart uploads have it (the graphql-multipart-request-spec)."""
    head = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
    parts = (head.format(name).encode() + value for name, value in FIELDS.items())
    body = b"\r\n".join(parts) + end
    return typed(FORM, body)


ODD_HEADERS = [
    "Content-Encoding: gzip", "Content-Encoding: br", "Accept: \xff", "Accept: " + "a," * 5_000,
    "Accept-Encoding: " + "gzip;q=x," * 2_000,
    "Accept-Encoding: br;q=1e999, gzip;q=nan", "Accept-Language: " + "x-" * 3_000,
    "Accept-Language: \xff;q=\xff", "Accept-Language: es;q=inf",
    "Cookie: " + "a=b; " * 4_000, "Host: evil.example", "X-Forwarded-For: ' OR 1=1",
    "X-Forwarded-Host: evil.example", 'Forwarded: for="_x"',
    "X-Request-Id: " + "a" * 5_000, "X-Request-Id: \xe9\x85", "X-Request-Id: a b",
    "Traceparent: 00-" + "0" * 32 + "-" + "0" * 16 + "-00",
    "Traceparent: \xff", "Tracestate: " + "a=b," * 2_000, "Baggage: a=b", "Range: bytes=0-" + "0," * 5_000,
    "If-None-Match: *", "Expect: nothing",
    "Referer: javascript:alert(1)", "Origin: null", "Cache-Control: " + "no-cache," * 2_000,
    "Connection: keep-alive, Content-Length", "TE: trailers",
]  # fmt: skip

CASES = [
    *(Case(f"line {text!r}", line(text), (400, 404, 405, 505)) for text in LINES),
    *(Case(f"header {text!r}", post(text + b"Content-Length: 27\r\n")) for text in HEADERS),
    *(Case(f"length {text[:40]!r}", post(text, GOOD + SMUGGLED), (400, 413, 431)) for text in LENGTHS),
    *(Case(f"chunk {text!r}", post(CHUNKED, text + SMUGGLED)) for text in CHUNKS),
    *(Case(f"method {each}", request(method=each), (405,)) for each in METHODS),
    *(
        Case(f"{header}: {method}", request(b"", f"{header}: {method}", method="GET", path=QUERY), (200,))
        for header in OVERRIDES
        for method in ("POST", "DELETE")
    ),
    *(Case(f"path {path[:50]}", request(path=path), (400, 404, 405)) for path in PATHS),
    *(Case(f"GET {path[:50]}", request(b"", path=path, method="GET"), (400, 404)) for path in PATHS),
    *(Case(f"type {each[:50]}", typed(each)) for each in TYPES),
    *(Case(f"form ending in {end!r}", form(end)) for end in FORM_ENDS),
    *(Case(f"odd {header[:50]}", request(GOOD, header), (200, 400, 417)) for header in ODD_HEADERS),
    Case("a GET without a query", request(b"", method="GET")),
    *(
        Case(f"GET ?{each[:40]}", request(b"", method="GET", path=f"/graphql?{each}"), (200, 400, 405))
        for each in (
            "query={a}&query={__typename}", "query=%ff", "query=%00", "query=%", "query=%ed%a0%80",
            "query={__typename}&variables=[",
            "query={__typename}&variables=1",
            "query={__typename}&variables=%ff", "query={__typename}&extensions=[]", "query=" + "{a" * 9_000,
            "&" * 9_000, "query[]=1", "query=mutation{a}",
            "query=mutation+M{__typename}", "query=subscription{a}", "query={__typename}&operationName=" + "x" * 9_000,
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_hostile_requests_are_refused(gateway: Gateway, case: Case) -> None:
    await gateway.survives(case)
