"""The rules of GraphQL-ESLint: names, descriptions, deprecations, Relay; with `web/lint/exceptions.js`."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LINT = ROOT / "web" / "lint"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None or not (LINT / "node_modules").is_dir(), reason="`make test` installs it")


def lint(schema: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(NODE), "lint.js", schema.as_uri()]
    return subprocess.run(command, cwd=LINT, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603


def test_the_schema_keeps_the_rules() -> None:
    done = lint(ROOT / "schema.graphql")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_badly_named_field_without_description_is_refused(tmp_path: Path) -> None:
    text = (ROOT / "schema.graphql").read_text(encoding="utf-8")
    path = tmp_path / "schema.graphql"
    path.write_text(text + "\nextend type Bill { Bad_name: [String!]! }\n", encoding="utf-8")
    done = lint(path)
    assert done.returncode == 1
    for rule in ("naming-convention", "require-description"):
        assert f"{rule}: " in done.stderr
