"""The fixed words of a sample: countries, products, exams and the parts of invented names."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """
    A country of the sample.

    Attributes:
        code: ISO 3166-1 alpha-2.
        weight: how often customers and partners are there.
        currency: ISO 4217, the usual currency of its invoices.
        cities: places that partner locations are named after.
        starts, middles, ends: parts of an invented name, joined without a space.
        trades: the second word of a customer's name.
        services: the second word of a partner's name.
        forms: the legal form at the end of a name.
    """

    code: str
    weight: float
    currency: str
    cities: tuple[str, ...]
    starts: tuple[str, ...]
    middles: tuple[str, ...]
    ends: tuple[str, ...]
    trades: tuple[str, ...]
    services: tuple[str, ...]
    forms: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ENGLISH = {
    "starts": _words("Al Bren Cor Dal Fen Gar Hol Kes Lor Mar Nor Pel Quin Ren Sto Tam Ul Ver Wen Yar"),
    "middles": _words("a be do fi ga ki la mo ne pi ro sa te vo"),
    "ends": _words("dale ford gate ham land mere ridge rock vale wick worth dyne"),
}
_SPANISH = {
    "starts": _words("Al Ber Cal Dó Es Fló Gal Hé Lú Már Ná Or Pé Sá Tre Val"),
    "middles": _words("a be ci de go la mi ne ra so ti vi"),
    "ends": _words("lón mera nío quera rejo sola tura vega zán ñera"),
}

COUNTRIES = (
    Country(
        code="US",
        weight=34,
        currency="USD",
        cities=_words("Denver Boston Austin Seattle Chicago Atlanta"),
        trades=_words("Foods Logistics Health Energy Outfitters Manufacturing Retail Partners Media Farms"),
        services=_words("Consulting Systems Digital Solutions Technologies Advisors"),
        forms=_words("Inc LLC Corp"),
        **_ENGLISH,
    ),
    Country(
        code="DE",
        weight=16,
        currency="EUR",
        cities=_words("München Hamburg Köln Leipzig Nürnberg Düsseldorf"),
        starts=_words("Bär Brü Dör Eich Fal Grün Hol Käs Lin Möl Nor Rüb Sten Tann Vo Wil"),
        middles=_words("ba den ger kel len mer nau ret sen ter"),
        ends=_words("bach berg feld hof mann stett tal wald weg werk"),
        trades=_words("Logistik Maschinenbau Küchen Gärten Werkzeuge Pharma Handel Energie Textil Möbel"),
        services=_words("Beratung Systeme Digital Lösungen Software Technik"),
        forms=("GmbH", "AG", "GmbH & Co KG"),
    ),
    Country(
        code="FR",
        weight=13,
        currency="EUR",
        cities=_words("Lyon Nantes Lille Besançon Orléans Nîmes"),
        starts=_words("Ar Bré Châ Dé Es Flo Gré Hau Lé Mon Ori Pré Rou Séri Thé Val"),
        middles=_words("a be chi do li mi né ro si va"),
        ends=_words("court lon mont nay rac rêt tière val ville zac"),
        trades=_words("Énergie Santé Mobilier Crèmerie Transports Négoce Édition Bâtiment Équipement Textile"),
        services=_words("Conseil Systèmes Numérique Intégration Solutions Ingénierie"),
        forms=_words("SARL SAS SA"),
    ),
    Country(
        code="GB",
        weight=11,
        currency="GBP",
        cities=_words("Leeds Bristol Glasgow Cardiff Manchester London"),
        trades=_words("Foods Freight Pharma Energy Outfitters Engineering Retail Estates Media Farms"),
        services=_words("Consulting Systems Digital Solutions Technology Advisory"),
        forms=_words("Ltd plc LLP"),
        **_ENGLISH,
    ),
    Country(
        code="KR",
        weight=10,
        currency="KRW",
        cities=_words("서울 부산 대전 인천 광주 수원"),
        starts=_words("가 누 다 라 마 새 아 온 초 하 한 해 도 보"),
        middles=_words("람 울 솔 빛 들 온 나 미 루 별"),
        ends=_words("터 재 담 결 샘 길 숲 람"),
        trades=_words("물산 전자 물류 식품 제약 건설 유통 에너지 섬유 가구"),
        services=_words("컨설팅 시스템 디지털 솔루션 소프트 정보"),
        forms=_words("주식회사 유한회사 그룹"),
    ),
    Country(
        code="NL",
        weight=6,
        currency="EUR",
        cities=_words("Utrecht Rotterdam Eindhoven Groningen Breda Zwolle"),
        starts=_words("Aar Brou Dij Els Grie Hoo Kla Lin Mee Noor Oos Rij Sta Ver Wes Zui"),
        middles=_words("ben de gen ke len me ner ren sen ter"),
        ends=_words("beek berg broek dam dijk horst huis meer veld zijl"),
        trades=_words("Logistiek Zuivel Techniek Bloemen Handel Zorg Energie Transport Bouw Meubelen"),
        services=_words("Advies Systemen Digitaal Oplossingen Software Techniek"),
        forms=_words("BV NV VOF"),
    ),
    Country(
        code="CA",
        weight=6,
        currency="USD",
        cities=_words("Toronto Montréal Québec Calgary Ottawa Vancouver"),
        trades=_words("Foods Forestry Santé Énergie Outfitters Mining Retail Fisheries Média Farms"),
        services=_words("Consulting Systems Numérique Solutions Technologies Advisors"),
        forms=_words("Inc Ltée Corp"),
        **_ENGLISH,
    ),
    Country(
        code="ES",
        weight=4,
        currency="EUR",
        cities=_words("Madrid Málaga Sevilla Bilbao Zaragoza Gijón"),
        trades=_words("Logística Alimentación Energía Cerámica Textil Salud Construcción Muebles Turismo Aceites"),
        services=_words("Consultoría Sistemas Digital Soluciones Tecnología Ingeniería"),
        forms=_words("SL SA SLU"),
        **_SPANISH,
    ),
)
"""Where partners and customers are, the most frequent country first."""

CURRENCIES = {"USD": 1.0, "EUR": 1.09, "GBP": 1.27, "KRW": 0.00074}
"""Currencies of invoices with the rate, in US dollars per unit, that monthly rates move around."""


@dataclass(frozen=True)
class Product:
    """
    A product of the sample.

    Attributes:
        code: the product_id.
        name: what readers see.
        family: the product family.
        workloads: one or two workloads.
        weight: how often it is bought.
        price: US dollars per seat and month.
        is_deployed: whether customers run instances of it.
    """

    code: str
    name: str
    family: str
    workloads: tuple[str, ...]
    weight: float
    price: int
    is_deployed: bool = False


_CE, _FO, _BC = "Customer Engagement", "Finance and Operations", "Business Central"

PRODUCTS = (
    Product("CE-SALES", "Sales", _CE, (_CE,), 14, 95, is_deployed=True),
    Product("CE-SERVICE", "Customer Service", _CE, (_CE,), 11, 95, is_deployed=True),
    Product("CE-FIELD", "Field Service", _CE, (_CE, "Mixed Reality"), 5, 105, is_deployed=True),
    Product("CE-MARKETING", "Marketing", _CE, (_CE,), 5, 75, is_deployed=True),
    Product("CE-PROJECT", "Project Operations", _CE, (_CE, _FO), 4, 120, is_deployed=True),
    Product("FO-FINANCE", "Finance", _FO, (_FO,), 9, 180, is_deployed=True),
    Product("FO-SUPPLY", "Supply Chain Management", _FO, (_FO,), 7, 180, is_deployed=True),
    Product("FO-COMMERCE", "Commerce", _FO, (_FO, "Commerce"), 3, 180, is_deployed=True),
    Product("BC-ESSENTIALS", "Business Central Essentials", _BC, (_BC,), 11, 70, is_deployed=True),
    Product("BC-PREMIUM", "Business Central Premium", _BC, (_BC,), 5, 100, is_deployed=True),
    Product("PP-APPS", "Power Apps", "Power Platform", ("Power Apps",), 7, 20),
    Product("PP-BI", "Power BI", "Power Platform", ("Power BI",), 6, 10),
    Product("MW-SUITE", "Business Suite", "Modern Work", ("Exchange", "Teams"), 9, 22),
    Product("MW-FILES", "Content Services", "Modern Work", ("SharePoint", "OneDrive"), 4, 8),
)
"""What is sold, by family."""

CHANNELS = ("EA", "CSP", "WEB_DIRECT", "OPEN", "OTHER")
LICENCES = ("paid", "trial", "free", "internal")
TERMS = ("monthly", "quarterly", "annual")
TERM_MONTHS = (1, 3, 12)
STATES = ("active", "in_grace", "suspended", "deprovisioned")
ASSOCIATION_TYPES = ("DPOR", "CPOR", "CSP", "PAL", "ADVISOR")
CLAIMS = ("OSA", "OSU", "PRESALES")
SEGMENTS = ("SMB", "Mid-market", "Enterprise")
SIZES = ("small", "medium", "large")
ACCOUNTS = ("MPN", "CSP", "MPN;CSP")
CHARGES = ("new", "cycle_fee", "renew", "add_seats", "remove_seats", "credit", "late_charge")

EXAMS: dict[str, tuple[str, str]] = {
    "70-535": ("2017-11-01", "2018-12-31"),
    "MB2-715": ("2016-12-01", "2019-04-30"),
    "MB2-716": ("2016-12-01", "2021-01-31"),
    "MB2-717": ("2016-12-01", "2019-04-30"),
    "MB2-718": ("2017-01-01", "2019-04-30"),
    "MB2-877": ("2018-03-01", "2019-07-31"),
    "MB6-894": ("2016-12-01", "2021-01-31"),
    "MB6-895": ("2017-01-01", "2019-07-31"),
    "MB6-896": ("2017-01-01", "2019-07-31"),
    "MB6-897": ("2017-01-01", "2021-01-31"),
    "MB6-898": ("2018-01-01", "2021-01-31"),
    "MB-200": ("2019-01-15", "2020-12-31"),
    "MB-400": ("2019-06-01", "2020-12-31"),
    "MB-210": ("2019-01-15", ""),
    "MB-220": ("2019-01-15", ""),
    "MB-230": ("2019-01-15", ""),
    "MB-240": ("2019-06-01", ""),
    "MB-300": ("2019-01-15", ""),
    "MB-310": ("2019-01-15", ""),
    "MB-320": ("2019-01-15", ""),
    "MB-330": ("2019-01-15", ""),
    "MB-500": ("2019-09-01", ""),
    "MB-700": ("2020-01-15", ""),
    "MB-800": ("2020-09-01", ""),
    "PL-200": ("2020-12-01", ""),
    "PL-400": ("2020-12-01", ""),
    "PL-300": ("2022-02-28", ""),
    "MS-700": ("2019-06-01", ""),
}
"""Exams with the days from which and until which the sample's people pass them; empty while offered."""

EXAM_SETS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (9, ("PL-200", "MB-210")),
    (6, ("PL-200", "MB-230", "MB-220")),
    (4, ("PL-200", "MB-240", "PL-400")),
    (7, ("PL-400",)),
    (5, ("MB-210",)),
    (7, ("MB-300", "MB-310")),
    (6, ("MB-300", "MB-330")),
    (3, ("MB-300", "MB-320", "MB-310")),
    (6, ("MB-300", "MB-500")),
    (3, ("MB-300", "MB-700")),
    (9, ("MB-800",)),
    (5, ("PL-300",)),
    (5, ("MS-700",)),
    (5, ("MB-200", "MB-210", "PL-400")),
    (4, ("MB-200", "MB-230", "MB-240")),
    (3, ("MB-200", "MB-400", "MB2-716")),
    (2, ("MB2-715", "MB2-716", "MB2-717")),
    (2, ("MB2-716", "MB2-718", "MB2-877")),
    (3, ("MB6-894", "MB-300", "MB-500")),
    (2, ("MB6-894", "70-535", "MB6-895")),
    (2, ("MB6-897", "MB-300", "MB6-896")),
    (1, ("MB6-898", "MB-300", "MB-210")),
)
"""Which exams one person passes, with how often people choose that set."""
