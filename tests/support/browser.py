"""A headless Chromium, driven over its DevTools protocol."""

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
TIMEOUT = 40
# No host but this machine exists: a page that needs another fails.
LOCAL_ONLY = "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
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
    f"--host-resolver-rules={LOCAL_ONLY}",
)


def why_no_browser() -> str | None:
    """The reason to skip without a browser. CI must have one."""
    if CHROMIUM or os.environ.get("CI"):
        return None
    return "no chromium on this machine (Debian: apt-get install chromium)"


@dataclass
class Page:
    """One page of the browser, with its requests and errors."""

    socket: aiohttp.ClientWebSocketResponse
    session: str = ""
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _calls: int = 0
    _waiting: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)

    async def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Send a command, and return the browser's answer."""
        number = self._calls = self._calls + 1
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        target = {"sessionId": self.session if session is None else session}
        command = {"id": number, "method": method, "params": params}
        await self.socket.send_json(command | {k: v for k, v in target.items() if v})
        return await asyncio.wait_for(answer, TIMEOUT)

    async def open(self, url: str) -> None:
        await self.call("Page.navigate", url=url)

    async def value(self, expression: str) -> Any:
        """Evaluate an expression in the page; a promise is awaited."""
        result = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    async def until(self, expression: str) -> Any:
        """Wait for the first true value of an expression, evaluated before every frame."""
        return await self.value(f"""new Promise((resolve) => {{
            const check = () => {{
                const value = {expression};
                return value ? resolve(value) : requestAnimationFrame(check);
            }};
            check();
        }})""")

    async def click(self, selector: str) -> None:
        """Click the middle of an element with the mouse."""
        box = f"document.querySelector({json.dumps(selector)})?.getBoundingClientRect().toJSON()"
        at = await self.until(box)
        spot = {"x": at["x"] + at["width"] / 2, "y": at["y"] + at["height"] / 2}
        await self.call("Input.dispatchMouseEvent", type="mouseMoved", **spot)
        for kind in ("mousePressed", "mouseReleased"):
            press = {"type": kind, "button": "left", "clickCount": 1}
            await self.call("Input.dispatchMouseEvent", **press, **spot)

    async def type(self, text: str) -> None:
        """Type text into the focused element."""
        await self.call("Input.insertText", text=text)

    async def prefer(self, theme: str) -> None:
        """Set the system's light or dark theme."""
        feature = {"name": "prefers-color-scheme", "value": theme}
        await self.call("Emulation.setEmulatedMedia", features=[feature])

    async def screenshot(self, path: Path) -> None:
        image = await self.call("Page.captureScreenshot")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(image["data"]))

    async def listen(self) -> None:
        """Handle the browser's messages until it closes."""
        tasks = set[asyncio.Task[None]]()
        async for message in self.socket:
            content = message.json()
            if content.get("method") == "Target.attachedToTarget":
                # A worker sends requests, too: it pauses at its start until they are recorded.
                tasks.add(asyncio.create_task(self.attend(content["params"]["sessionId"])))
            self._handle(content)

    def _handle(self, message: dict[str, Any]) -> None:
        if (answer := self._waiting.pop(message.get("id", -1), None)) and not answer.done():
            answer.set_result(message.get("result", {"refused": message.get("error")}))
        params = message.get("params", {})
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        if message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(params["exceptionDetails"]))

    async def attend(self, session: str) -> None:
        """Record the requests and errors of a page or worker, and of its workers."""
        auto_attach = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
        with suppress(aiohttp.ClientConnectionResetError):  # the test has ended, and closed the browser
            await self.call("Network.enable", session)
            await self.call("Log.enable", session)
            await self.call("Runtime.enable", session)
            await self.call("Target.setAutoAttach", session, **auto_attach)
            await self.call("Runtime.runIfWaitingForDebugger", session)

    def foreign_hosts(self) -> set[str]:
        """The requested hosts that are not this machine."""
        urls = (urlsplit(url) for url in self.requests)
        return {url.netloc for url in urls if url.netloc and url.hostname != "127.0.0.1"}


@asynccontextmanager
async def browser_page(profile: Path) -> AsyncIterator[Page]:
    """An empty page in a new browser with an empty profile."""
    assert CHROMIUM, "no chromium here, and CI must have one"
    chromium = await asyncio.create_subprocess_exec(
        CHROMIUM, *SWITCHES, f"--user-data-dir={profile}", stdout=DEVNULL, stderr=PIPE
    )
    try:
        address = await asyncio.wait_for(_address(chromium), TIMEOUT)
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
    """The DevTools address, from the browser's stderr."""
    assert chromium.stderr is not None
    async for line in chromium.stderr:
        if b"DevTools listening on " in line:
            return line.decode().split("DevTools listening on ")[1].strip()
    raise RuntimeError("chromium ended before it listened")
