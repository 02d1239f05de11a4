"""The planted customers: the first numbers, the same at every size and for every seed."""

from gateway.demo.planted_care import CARE
from gateway.demo.planted_kind import Planted
from gateway.demo.planted_money import MONEY
from gateway.demo.planted_people import PEOPLE

__all__ = ["BY_NUMBER", "PLANTED", "Planted"]

PLANTED: tuple[Planted, ...] = (*PEOPLE, *MONEY, *CARE)
BY_NUMBER = dict(enumerate(PLANTED, start=1))
