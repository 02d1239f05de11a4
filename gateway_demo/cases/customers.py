"""All planted customers: they have the first customer numbers, whatever the size and seed."""

from gateway_demo.cases.care import CARE
from gateway_demo.cases.model import PlantedCustomer
from gateway_demo.cases.money import MONEY
from gateway_demo.cases.people import PEOPLE
from gateway_demo.cases.searches import SEARCHES

PLANTED: tuple[PlantedCustomer, ...] = (*PEOPLE, *MONEY, *CARE, *SEARCHES)
BY_NUMBER = dict(enumerate(PLANTED, start=1))
