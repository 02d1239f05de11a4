"""Names of the demo's people, streets, towns, businesses, agents and crews."""

_GIVEN = """James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard
Susan Joseph Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony
Sandra Mark Margaret Donald Ashley Steven Kimberly Andrew Emily Paul Donna Joshua Michelle Kenneth
Carol Kevin Amanda Brian Melissa George Deborah Timothy Stephanie Ronald Rebecca Jason Laura Edward
Helen Jeffrey Sharon Ryan Cynthia Jacob Kathleen Gary Amy Nicholas Angela Eric Shirley Jonathan Anna
Stephen Brenda Larry Pamela Justin Nicole Scott Ruth Brandon Katherine Luis José María Zoë Chloé
Renée André Mónica Jesús Björn Siobhán Đức Linh Wei Aisha Omar Fatima Priya Arjun Kenji Yuki"""
_FAMILY = """Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez
Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez
Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green
Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz
Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan
Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood
Muñoz Núñez Peña O'Brien Østergård Müller D'Angelo Łukasik Čech García-López Li Patel Khan Okafor
Tanaka Haddad Novák"""
_STREETS = """Elm Oak Maple Cedar Pine Walnut Birch Chestnut Main Church Mill River Park Spring Ridge Prospect
Lake Hill Water Bridge Franklin Union Highland Washington Lincoln Jefferson Adams Madison Center
School Harbor Orchard Meadow Summit Willow Canal Depot Quarry Ferry Foundry"""
GIVEN, FAMILY, STREETS = (tuple(words.split()) for words in (_GIVEN, _FAMILY, _STREETS))
SUFFIXES = (("St", 5), ("Ave", 3), ("Rd", 2), ("Ln", 1), ("Dr", 1), ("Ct", 1))
TOWNS = (("Riverton", "12950"), ("Millbrook", "12951"), ("Ashford", "12952"), ("Port Ellery", "12953"))
CENTRAL_TOWN = ("Lakemont", "60950")
TRADES = (
    ("Bakery", "Food"),
    ("Laundromat", "Services"),
    ("Machine Works", "Manufacturing"),
    ("Property Management", "Real estate"),
    ("Diner", "Food"),
    ("Dental Care", "Health"),
    ("Hardware", "Retail"),
    ("Cold Storage", "Logistics"),
)
AGENTS = (
    ("A1001", "Dana Whitfield", "dwhitfield", "Residential care"),
    ("A1002", "Marcus Bell", "mbell", "Residential care"),
    ("A1003", "Ines Carvalho", "icarvalho", "Credit desk"),
    ("A1004", "Tom Redmond", "tredmond", "Outage desk"),
    ("A1005", "Grace Adeyemi", "gadeyemi", "Business care"),
    ("A1006", "Piotr Zielinski", "pzielinski", "Residential care"),
    ("A1007", "Lena Fischer", "lfischer", "Credit desk"),
)
BOT = ("B0001", "Rill", "rill-bot", "Automation")
CREWS = ("Crew 11", "Crew 12", "Crew 17", "Crew 21", "Crew 24", "Meter shop", "Line crew 3")
CENTRAL = "America/Chicago"
EASTERN = "America/New_York"
