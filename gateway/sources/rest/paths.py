"""Checks of the path of a request: it is sent as it is written, below the source's url."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from gateway.sources.base.place import KEY_PLACEHOLDER

_SENT = re.compile(r"[!-~]+")
_ODD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def request_path_diagnostics(word: str, path: str) -> Iterator[str]:
    """What is wrong with a path; `word` is get or post."""
    around = path.replace(KEY_PLACEHOLDER, "")
    if not path.strip():
        yield f'{word}: the path is empty; write "/" for the url itself'
    elif re.match("[A-Za-z][A-Za-z0-9+.-]*:|//", path):
        yield f"{word}: the path is an address; write what follows the source's url, or add a source"
    elif not path.startswith("/"):
        yield f"{word}: the path must begin with /"
    if "?" in path or "#" in path:
        yield f"{word}: a path must not have ? or #; put constants into params"
    if path.count(KEY_PLACEHOLDER) > 1 or re.search("[{}]", around):
        yield f"{word}: a path may hold {KEY_PLACEHOLDER} once, and no other braces"
    if path.strip() and (not _SENT.fullmatch(path) or "\\" in path or _ODD_PERCENT.search(path)):
        yield f"{word}: a path must be written as in a URL, with %20 for a blank"
    if {".", ".."} & {unquote(segment) for segment in path.split("/")}:
        yield f"{word}: a path must not have . or .. as a segment"
