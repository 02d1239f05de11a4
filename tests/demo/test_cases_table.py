"""What the table of planted cases shows can be pasted into a query."""

import re

from support.demo.running_demo import GatewayClient

from gateway_demo.cases.index import CASES
from gateway_demo.cases.markdown import cases_table, other_global_id

ROW = re.compile(r"^\| (none|[\d-]+) \| (\d+) \| ([^|]+) \| ", re.MULTILINE)
BY_NUMBERS = """query($account: String, $customer: String) {
  billingAccount(accountNumber: $account) { customer { customerNumber } }
  customer(customerNumber: $customer) { id customerNumber } }"""


def test_each_number_of_the_table_finds_its_record(gateway: GatewayClient) -> None:
    rows = ROW.findall(cases_table())
    assert len(rows) == len(CASES)
    for account, customer, name in rows:
        number = "4417-0000-0101" if account == "none" else account
        data = gateway.ask(BY_NUMBERS, account=number, customer=customer)
        assert data["customer"]["customerNumber"] == customer, name
        if account != "none":
            assert data["billingAccount"]["customer"]["customerNumber"] == customer, name


def test_each_id_of_the_table_is_a_node(gateway: GatewayClient) -> None:
    ids = re.findall(r'node\(id: "(\w+)"\)', cases_table())
    assert ids == [other_global_id(case) for case in CASES if case.other_id]
    for each in ids:
        assert gateway.ask("query($id: ID!) { node(id: $id) { id } }", id=each)["node"] == {"id": each}
