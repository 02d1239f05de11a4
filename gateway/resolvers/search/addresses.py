"""Typed addresses in the form of address indexes, which use the abbreviations of USPS Publication 28.

A word may be an abbreviation in one street and a name in another (12 Park Ave, 12 Elm Park). The last word
may be unfinished. So one address has up to eight forms, which are all searched in one batch.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from gateway.resolvers.graph.values import Address
from gateway.resolvers.search.normalize import fold

# The standard abbreviation, then other spellings. From appendices B, C1 and C2 of the publication.
_DIRECTIONS = """
N NORTH, S SOUTH, E EAST, W WEST, NE NORTHEAST, NW NORTHWEST, SE SOUTHEAST, SW SOUTHWEST"""
_STREETS = """
ALY ALLEY, AVE AVENUE AV AVEN, BCH BEACH, BLF BLUFF, BLVD BOULEVARD BOUL, BND BEND, BRG BRIDGE, BRK BROOK,
BYP BYPASS, CIR CIRCLE CIRC, CLB CLUB, CMN COMMON, COR CORNER, CRES CRESCENT, CRK CREEK, CRSE COURSE,
CT COURT, CTR CENTER CENTRE CENT, CV COVE, DR DRIVE DRV, EST ESTATE, ESTS ESTATES, EXPY EXPRESSWAY,
EXT EXTENSION, FLS FALLS, FLD FIELD, FLDS FIELDS, FRST FOREST, FT FORT, GDN GARDEN, GDNS GARDENS, GLN GLEN,
GRN GREEN, GRV GROVE, HBR HARBOR HARBOUR, HL HILL, HLS HILLS, HTS HEIGHTS HT, HVN HAVEN, HWY HIGHWAY HWAY,
IS ISLAND, JCT JUNCTION, KNL KNOLL, LK LAKE, LKS LAKES, LN LANE, LNDG LANDING, MDW MEADOW, MDWS MEADOWS,
ML MILL, MLS MILLS, MNR MANOR, MT MOUNT, MTN MOUNTAIN, ORCH ORCHARD, PKWY PARKWAY PKY, PL PLACE, PLZ PLAZA,
PNE PINE, PNES PINES, PT POINT, RD ROAD, RDG RIDGE, RIV RIVER, RNCH RANCH, RTE ROUTE, SHR SHORE,
SHRS SHORES, SMT SUMMIT, SPG SPRING, SPGS SPRINGS, SQ SQUARE, ST STREET STR SAINT, STA STATION, STRM STREAM,
TER TERRACE TERR, TPKE TURNPIKE, TRCE TRACE, TRL TRAIL, UN UNION, VIS VISTA, VL VILLE, VLG VILLAGE,
VLY VALLEY, VW VIEW, XING CROSSING"""
_UNITS = """
APT APARTMENT, BLDG BUILDING, FL FLOOR, RM ROOM, SPC SPACE, STE SUITE, TRLR TRAILER"""
_SHORT = {
    word: line.split()[0]
    for line in f"{_DIRECTIONS},{_STREETS},{_UNITS}".replace("\n", " ").split(",")
    for word in line.split()[1:]
}
_UNIT = re.compile(
    r" (?:(?:APT|APARTMENT|UNIT|STE|SUITE|RM|ROOM|BLDG|BUILDING|LOT|SPC|SPACE|TRLR|TRAILER|FLOOR) #? ?|# ?)"
    r"([A-Z]?-?\d+-?[A-Z]?|[A-Z])(?= |$)"
)
_POSTAL = re.compile(r"(?: [A-Z]{2})?(?<!#) \d{5}(?:-\d{4})?$")
_INITIALS = re.compile(r"\b([A-Z])\.(?=[A-Z]\b)")
_PUNCTUATION = re.compile(r"[^\w#/&-]|_")
_PLUS_FOUR = re.compile(r"(?<=^\d{5})-\d{4}$")
_COUNTRY = frozenset({"US", "USA"})
_MIN_PREFIX = 3  # letters of an unfinished word; fewer would match too many abbreviations
_MAX_FORMS = 8  # forms of one address, those of its street line included


@dataclass(frozen=True, slots=True)
class AddressQuery:
    """An address to look for.

    whole: beginnings of addresses, with everything that was typed
    street: beginnings with the street line alone; their hits must also match `unit` and `rest`
    unit: the number of the apartment or suite; empty if there is none
    rest: words of the town, the state and the postal code
    """

    whole: tuple[str, ...]
    street: tuple[str, ...]
    unit: str
    rest: tuple[str, ...]

    def matches(self, address: Address | None) -> bool:
        """Whether an address on the street line has the unit and every word of the rest."""
        if address is None:
            return False
        units = _words(address.line2 or "") + _words(address.line1)[2:]
        places = _words(f"{address.city} {address.region or ''} {address.postal_code or ''}")
        words = [*_words(address.line1), *units, *places]
        variants = {*words, *(_SHORT.get(word, word) for word in words)}
        return (not self.unit or self.unit in units) and all(_begins(word, variants) for word in self.rest)


def address_query(text: str) -> AddressQuery:
    """Parse an address in any notation: case, accents, punctuation, words in full or abbreviated."""
    parts = [part for part in (_normalized(piece) for piece in text.split(",")) if part]
    line, behind = _split(parts)
    unit = _UNIT.search(f" {behind}")
    without_unit = f" {behind}".replace(unit[0], " ", 1) if unit else behind
    rest = tuple(_PLUS_FOUR.sub("", word) for word in without_unit.split() if word not in _COUNTRY)
    has_more = bool(unit or rest)
    limit = _MAX_FORMS // 2 if has_more else _MAX_FORMS
    street = _forms(line, limit) if has_more else ()
    return AddressQuery(_forms(" ".join(parts), limit), street, unit[1] if unit else "", rest)


def _split(parts: Sequence[str]) -> tuple[str, str]:
    """The street line, and everything behind it: unit, town, state, postal code."""
    first = 1 if " " in "".join(parts[:1]) else 2  # a comma after the house number does not end the line
    line, behind = " ".join(parts[:first]), " ".join(parts[first:])
    for pattern in (_POSTAL, _UNIT):
        if match := pattern.search(line):
            line, behind = line[: match.start()], f"{line[match.start() :]} {behind}"
    return line, behind


def _normalized(text: str) -> str:
    upper = _INITIALS.sub(r"\1", fold(text.replace("'", "").replace("\u2019", "")).upper())
    return " ".join(_PUNCTUATION.sub(" ", upper).replace("#", " # ").split())


def _words(text: str) -> list[str]:
    return _normalized(text).split()


def _forms(line: str, limit: int) -> tuple[str, ...]:
    """At most `limit` forms of a line, with standard abbreviations.

    The last abbreviable words are also kept in full where the limit allows: they are names more often.
    """
    words = line.split()
    choices = [[_SHORT.get(word, word)] for word in words]
    choices[-1:] = [list(dict.fromkeys([*forms, *_completions(words[-1])])) for forms in choices[-1:]]
    for word, variants in zip(reversed(words), reversed(choices), strict=True):
        if word in _SHORT and 2 * prod(map(len, choices)) <= limit:
            variants.append(word)
    return tuple(" ".join(form) for form in product(*choices))


def _completions(prefix: str) -> list[str]:
    """Abbreviations of the words that an unfinished last word may become: STRE becomes ST."""
    if len(prefix) < _MIN_PREFIX or prefix in _SHORT:
        return []
    return [short for word, short in _SHORT.items() if word.startswith(prefix)]


def _begins(word: str, variants: Iterable[str]) -> bool:
    return any(variant.startswith((word, _SHORT.get(word, word))) for variant in variants)
