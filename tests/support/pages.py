"""The pages of the documentation and their code blocks."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(language: str) -> dict[str, str]:
    """Every code block of a language, by its page and number."""
    blocks_by_name = {}
    for page in PAGES:
        blocks = [text for name, text in FENCE.findall(page.read_text(encoding="utf-8")) if name == language]
        blocks_by_name |= {f"{page.stem}-{number}": text for number, text in enumerate(blocks, 1)}
    return blocks_by_name


def languages() -> set[str]:
    """Every language that a code block of the documentation is written in."""
    return {name for page in PAGES for name, _ in FENCE.findall(page.read_text(encoding="utf-8"))}
