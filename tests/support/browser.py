"""A real headless Chromium, driven over its DevTools protocol: open, look, click, listen."""

import asyncio
import base64
import json
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 40
# Whatever is not on this machine does not exist: a page that needs it fails.
ALONE = "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1440,900",
    "--remote-debugging-port=0",
    f"--host-resolver-rules={ALONE}",
)


def why_no_browser() -> str | None:
    """The reason to skip; none where there is a browser, and none in CI, where it is owed."""
    if CHROMIUM or os.environ.get("CI"):
        return None
    return "no chromium on this machine (Debian: apt-get install chromium)"


@dataclass
class Page:
    """One page of the browser and all that was heard of it: its requests, its complaints."""

    socket: aiohttp.ClientWebSocketResponse
    session: str = ""
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _calls: int = 0
    _waiting: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)

    async def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """What the browser answers to one command."""
        number = self._calls = self._calls + 1
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        about = {"sessionId": self.session if session is None else session}
        command = {"id": number, "method": method, "params": params}
        await self.socket.send_json(command | {k: v for k, v in about.items() if v})
        return await asyncio.wait_for(answer, PATIENCE)

    async def open(self, url: str) -> None:
        """Go there."""
        await self.call("Page.navigate", url=url)

    async def value(self, expression: str) -> Any:
        """What the expression is, in the page; a promise is awaited."""
        said = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    async def until(self, expression: str) -> Any:
        """The first true value of the expression, looked at before every frame."""
        return await self.value(f"""new Promise((found) => {{
            const look = () => {{
                const value = {expression};
                return value ? found(value) : requestAnimationFrame(look);
            }};
            look();
        }})""")

    async def click(self, selector: str) -> None:
        """A press of the mouse in the middle of what is there, as a hand would do it."""
        box = f"document.querySelector({json.dumps(selector)})?.getBoundingClientRect().toJSON()"
        at = await self.until(box)
        spot = {"x": at["x"] + at["width"] / 2, "y": at["y"] + at["height"] / 2}
        await self.call("Input.dispatchMouseEvent", type="mouseMoved", **spot)
        for kind in ("mousePressed", "mouseReleased"):
            press = {"type": kind, "button": "left", "clickCount": 1}
            await self.call("Input.dispatchMouseEvent", **press, **spot)

    async def type(self, text: str) -> None:
        """The text, into whatever has the focus."""
        await self.call("Input.insertText", text=text)

    async def prefer(self, theme: str) -> None:
        """The system turns light or dark."""
        wish = {"name": "prefers-color-scheme", "value": theme}
        await self.call("Emulation.setEmulatedMedia", features=[wish])

    async def screenshot(self, path: Path) -> None:
        """What a person would see now."""
        seen = await self.call("Page.captureScreenshot")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(seen["data"]))

    async def listen(self) -> None:
        """Hear the browser out, until it leaves."""
        later = set[asyncio.Task[None]]()
        async for message in self.socket:
            said = message.json()
            if said.get("method") == "Target.attachedToTarget":
                # A worker has requests of its own: it waits at its start until we hear them.
                later.add(asyncio.create_task(self.attend(said["params"]["sessionId"])))
            self._hear(said)

    def _hear(self, said: dict[str, Any]) -> None:
        if (answer := self._waiting.pop(said.get("id", -1), None)) and not answer.done():
            answer.set_result(said.get("result", {"refused": said.get("error")}))
        about = said.get("params", {})
        if said.get("method") == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        if said.get("method") == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.complaints.append(about["entry"]["text"])
        if said.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(about["exceptionDetails"]))

    async def attend(self, session: str) -> None:
        """Hear what this page or worker asks for and complains of, and its workers in turn."""
        await self.call("Network.enable", session)
        await self.call("Log.enable", session)
        await self.call("Runtime.enable", session)
        wait_for_us = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
        await self.call("Target.setAutoAttach", session, **wait_for_us)
        await self.call("Runtime.runIfWaitingForDebugger", session)

    def strangers(self) -> set[str]:
        """The hosts asked that are not this machine."""
        web = (urlsplit(url) for url in self.requests)
        return {at.netloc for at in web if at.netloc and at.hostname != "127.0.0.1"}


@asynccontextmanager
async def browser_page(profile: Path) -> AsyncIterator[Page]:
    """An empty page in a browser of its own, with an empty profile."""
    assert CHROMIUM, "no chromium here, and CI must have one"
    chromium = await asyncio.create_subprocess_exec(
        CHROMIUM, *SWITCHES, f"--user-data-dir={profile}", stdout=DEVNULL, stderr=PIPE
    )
    try:
        address = await asyncio.wait_for(_address(chromium), PATIENCE)
        async with aiohttp.ClientSession() as http, http.ws_connect(address, max_msg_size=0) as ws:
            page = Page(ws)
            listening = asyncio.create_task(page.listen())
            target = await page.call("Target.createTarget", url="about:blank")
            attached = await page.call("Target.attachToTarget", flatten=True, **target)
            page.session = attached["sessionId"]
            await page.attend(page.session)
            yield page
            await page.call("Browser.close", session="")
            await listening
    finally:
        with suppress(ProcessLookupError):
            chromium.kill()
        await chromium.communicate()


async def _address(chromium: Process) -> str:
    """Where the browser says it listens, on its stderr."""
    assert chromium.stderr is not None
    async for line in chromium.stderr:
        if b"DevTools listening on " in line:
            return line.decode().split("DevTools listening on ")[1].strip()
    raise RuntimeError("chromium ended before it listened")
