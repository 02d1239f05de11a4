"""What people call a system: the catalog's label, else the gateway's own name for it."""

from typing import Any

import pytest
from support.catalogs import catalog_errors
from support.harness import catalog_text, harness
from support.utility import ACCOUNT, utility

from gateway.errors import SourceDown
from gateway.languages.locales import LOCALES, using

QUERY = """query($account: ID!) { billingAccount(id: $account) {
  balance { current { amount } }
  insights { all { code message } unknown { code message } sources { system label message } } } }"""
LABELED = '\n[systems.BILLING]\nlabel = "SAP"\n'


async def without_billing(text: str, locale: str = "en-us") -> tuple[Any, Any]:
    """The insights and the errors of a page while the billing system is away."""
    async with harness(utility(), text=catalog_text() + text) as at:
        at.gate.down = {"BILLING": SourceDown}
        with using(LOCALES[locale]):
            result = await at.answer(QUERY, account=ACCOUNT)
    assert result.data is not None
    return result.data["billingAccount"]["insights"], result.errors


NOT_CHECKED = {"en-us": 'Could not check "Next bill": {}', "es-us": "No se pudo comprobar «Próxima factura»: {}"}


@pytest.mark.parametrize(
    ("text", "locale", "label", "incomplete", "unknown"),
    [
        (LABELED, "en-us", "SAP", "Data of SAP is missing or out of date.", "SAP did not answer."),
        ("", "en-us", "Billing", "Data of Billing is missing or out of date.", "Billing did not answer."),
        (LABELED, "es-us", "SAP", "Faltan datos o están desactualizados en: SAP.", "SAP no respondió."),
    ],
)
async def test_messages_call_a_system_by_its_label(
    text: str, locale: str, label: str, incomplete: str, unknown: str
) -> None:
    insights, errors = await without_billing(text, locale)
    [status] = [each for each in insights["sources"] if each["system"] == "BILLING"]
    assert (status["label"], status["message"]) == (label, f"{label} did not answer.")
    assert incomplete in [each["message"] for each in insights["all"] if each["code"] == "DATA_INCOMPLETE"]
    [message] = [each["message"] for each in insights["unknown"] if each["code"] == "NEXT_BILL"]
    assert message == NOT_CHECKED[locale].format(unknown)
    assert {error["message"] for error in errors} == {f"{label} did not answer."}
    assert {error["extensions"]["source"] for error in errors} == {"BILLING"}


@pytest.mark.parametrize(
    ("table", "error"),
    [
        ('[systems.SAP]\nlabel = "SAP"', "SAP is not a system; the systems are BILLING, CIS"),
        ("[systems.BILLING]", "the word label is missing"),
        ('[systems.BILLING]\nlabel = ""', "label must be"),
        ('[systems.BILLING]\nname = "SAP"\nlabel = "SAP"', "name is an unknown word"),
    ],
)
def test_a_wrong_label_is_reported(table: str, error: str) -> None:
    assert any(error in each for each in catalog_errors(table))
