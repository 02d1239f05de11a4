"""GraphiQL over the real gateway, without access to other hosts."""

import os
from pathlib import Path

import pytest
from support.browser import browser_page, why_no_browser
from support.demo.running_demo import running_gateway

from gateway.server import graphiql
from gateway_demo.launch.examples import write_examples

BUILT = (graphiql.BUILT / "index.html").exists() or bool(os.environ.get("CI"))
REASON = why_no_browser() or (None if BUILT else "the GraphiQL page is not built (make web, with Node)")
pytestmark = pytest.mark.skipif(REASON is not None, reason=str(REASON))

EDITOR = "document.querySelector('.graphiql-query-editor .view-lines')?.innerText"
ANSWER = "document.querySelector('.result-window .view-lines')?.innerText"
TABS = "[...document.querySelectorAll('.graphiql-tab')].map(tab => tab.innerText.trim())"


async def test_the_first_tab_runs_the_360_query(gateway_environment: dict[str, str], tmp_path: Path):
    examples = {"GATEWAY_EXAMPLES": str(write_examples(tmp_path))}
    with running_gateway({**gateway_environment, **examples}) as gateway:
        async with browser_page(tmp_path / "profile") as page:
            await page.open(f"{gateway.address}/graphql")
            await page.until(f"{EDITOR}?.includes('Customer360')")
            assert (await page.value(TABS))[0] == "Customer360"
            await page.click("button.graphiql-execute-button")
            await page.until(f"{ANSWER}?.includes('1000001')")
            assert "Ada Whitcombe" in (await page.value(ANSWER)).replace("\u00a0", " ")
            assert page.foreign_hosts() == set()
            assert page.errors == []
