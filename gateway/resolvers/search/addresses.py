"""Addresses as people type them, in the form that systems search by: as USPS Publication 28 abbreviates them.

A word may be an abbreviation in one street and its name in another (12 Park Ave, 12 Elm Park), and may be
typed in part: so an address has several beginnings, which are all asked at once; never more than eight.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from gateway.resolvers.graph.values import Address
from gateway.resolvers.search.normalize import fold

# The standard abbreviation first, then what else people write. Appendices B, C1 and C2 of the publication.
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
_NO_MARK = re.compile(r"[^\w#/&-]|_")
_FOUR_MORE = re.compile(r"(?<=^\d{5})-\d{4}$")
_COUNTRY = frozenset({"US", "USA"})
_TELLING = 3  # letters of a word not typed to its end: fewer may become too many
_MOST_FORMS = 8  # beginnings of one address, those of its street line among them


@dataclass(frozen=True, slots=True)
class AddressQuery:
    """An address to look for: each of its beginnings, and what else it says of the place.

    `whole` are beginnings that hold all that was typed. Those of `street` hold the street line alone: of what
    they find, only such premises are meant whose own address has the `unit` and every word of `rest`.
    """

    whole: tuple[str, ...]
    street: tuple[str, ...]
    unit: str
    rest: tuple[str, ...]

    def is_at(self, address: Address | None) -> bool:
        """Whether a premise that a street line has found is the place that was meant."""
        if address is None:
            return False
        units = _words(address.line2 or "") + _words(address.line1)[2:]
        places = _words(f"{address.city} {address.region or ''} {address.postal_code or ''}")
        words = [*_words(address.line1), *units, *places]
        known = {*words, *(_SHORT.get(word, word) for word in words)}
        return (not self.unit or self.unit in units) and all(_begins(word, known) for word in self.rest)


def asked(text: str) -> AddressQuery:
    """What an address asks for, however it is typed: case, accents, commas, periods, long or short words."""
    parts = [part for part in (_spaced(each) for each in text.split(",")) if part]
    line, rest = _divided(parts)
    found = _UNIT.search(f" {rest}")
    left = f" {rest}".replace(found[0], " ", 1) if found else rest
    beside = tuple(_FOUR_MORE.sub("", word) for word in left.split() if word not in _COUNTRY)
    more = bool(found or beside)
    each = _MOST_FORMS // 2 if more else _MOST_FORMS
    street = _forms(line, each) if more else ()
    return AddressQuery(_forms(" ".join(parts), each), street, found[1] if found else "", beside)


def _divided(parts: Sequence[str]) -> tuple[str, str]:
    """The street line, and all that stands behind it: unit, town, state, postal code."""
    first = 1 if " " in "".join(parts[:1]) else 2  # a comma behind the house number parts nothing
    line, rest = " ".join(parts[:first]), " ".join(parts[first:])
    for behind in (_POSTAL, _UNIT):
        if found := behind.search(line):
            line, rest = line[: found.start()], f"{line[found.start() :]} {rest}"
    return line, rest


def _spaced(text: str) -> str:
    upper = _INITIALS.sub(r"\1", fold(text.replace("'", "").replace("\u2019", "")).upper())
    return " ".join(_NO_MARK.sub(" ", upper).replace("#", " # ").split())


def _words(text: str) -> list[str]:
    return _spaced(text).split()


def _forms(line: str, most: int) -> tuple[str, ...]:
    """Ways to write the line, at most so many: words with a standard abbreviation have it.

    The last of them, as far as there is room, are also left as they are: they are names more often.
    """
    words = line.split()
    choices = [[_SHORT.get(word, word)] for word in words]
    choices[-1:] = [list(dict.fromkeys([*each, *_meant(words[-1])])) for each in choices[-1:]]
    for word, ways in zip(reversed(words), reversed(choices), strict=True):
        if word in _SHORT and 2 * prod(map(len, choices)) <= most:
            ways.append(word)
    return tuple(" ".join(form) for form in product(*choices))


def _meant(beginning: str) -> list[str]:
    """What a last word may become that is not typed to its end: STRE becomes ST."""
    if len(beginning) < _TELLING or beginning in _SHORT:
        return []
    return [short for word, short in _SHORT.items() if word.startswith(beginning)]


def _begins(word: str, known: Iterable[str]) -> bool:
    return any(each.startswith((word, _SHORT.get(word, word))) for each in known)
