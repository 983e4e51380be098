"""What every route of the server is for; a route that is missing here fails the isolation matrix."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rule:
    """
    What holds for a route.

    Attributes:
        kind: ``open`` to anybody; ``reader`` for who is signed in; ``partner`` for who may see the partner in its
            path; ``operator`` for program operators; ``form`` for a form of the page it is on.
        page: for ``partner``, the page that a role has to open; empty where any role will do.
        fill: values for the other parameters of the path.
        query: what follows the path.
        body: the JSON body of a POST.
        file: the body of a POST that is a file.
        download: whether a role has to let rows be taken away.
        money: whether the role has to open money.
    """

    kind: str
    page: str = ""
    fill: dict[str, str] = field(default_factory=dict)
    query: str = ""
    body: dict | None = None
    file: bytes | None = None
    download: bool = False
    money: bool = False


METRIC = {"metric": "new_customers"}
CUSTOMER = {"customer": "oak"}
INDICATOR = {"indicator": "net_new_revenue"}
BOOKS = b"month,subscription,amount\n2024-03,s1,100\n2024-03,s2,50\n"
"""Books of alder: its own subscription, and one of birch."""

API = "/api/v1"

RULES: dict[tuple[str, str], Rule] = {
    ("GET", f"{API}/openapi.json"): Rule("open"),
    ("GET", "/healthz"): Rule("open"),
    ("GET", "/readyz"): Rule("open"),
    ("GET", "/metrics"): Rule("operator"),
    ("GET", "/sign-in"): Rule("open"),
    ("POST", "/sign-in"): Rule("form"),
    ("POST", "/sign-in/oidc"): Rule("form"),
    ("GET", "/sign-in/oidc/callback"): Rule("open"),
    ("GET", "/sign-in/once"): Rule("open"),
    ("POST", "/sign-out"): Rule("form"),
    ("POST", "/view-as"): Rule("form"),
    ("POST", "/view-as/end"): Rule("form"),
    ("POST", "/language"): Rule("form"),
    ("GET", f"{API}/me"): Rule("reader"),
    ("GET", f"{API}/months"): Rule("reader"),
    ("GET", f"{API}/scorecards"): Rule("reader"),
    ("GET", f"{API}/partners"): Rule("reader"),
    ("GET", API + "/partners/{partner:path}"): Rule("partner"),
    ("GET", API + "/partners/{partner:path}/choices"): Rule("partner"),
    ("GET", API + "/partners/{partner:path}/answer"): Rule("partner", "contribution"),
    ("GET", API + "/partners/{partner:path}/score"): Rule("partner", "score"),
    ("POST", API + "/partners/{partner:path}/score"): Rule("partner", "score", body={"added": {}}),
    ("GET", API + "/partners/{partner:path}/statement"): Rule("partner", "contribution", download=True),
    ("GET", API + "/partners/{partner:path}/metrics/{metric}"): Rule("partner", "contribution", METRIC),
    ("GET", API + "/partners/{partner:path}/metrics/{metric}/rows"): Rule(
        "partner", "contribution", METRIC, download=True
    ),
    **{
        ("GET", f"{API}/partners/{{partner:path}}/metrics/{{metric}}/{what}{rows}"): Rule(
            "partner", "contribution", METRIC, download=bool(rows)
        )
        for what in ("leaving", "bridge")
        for rows in ("", "/rows")
    },
    ("GET", API + "/partners/{partner:path}/metrics/{metric}/band"): Rule("partner", "contribution", METRIC),
    ("GET", API + "/partners/{partner:path}/metrics/{metric}/band/rows"): Rule("operator", fill=METRIC),
    **{
        ("GET", f"{API}/partners/{{partner:path}}/metrics/{{metric}}/difference{rows}"): Rule(
            "operator", fill=METRIC, query="?before=1&after=2"
        )
        for rows in ("", "/rows")
    },
    **{
        ("GET", f"{API}/partners/{{partner:path}}/indicators/{{indicator}}{what}"): Rule(
            "partner", "score", INDICATOR, download=what.endswith("rows")
        )
        for what in ("", "/rows", "/leaving", "/leaving/rows")
    },
    ("GET", API + "/partners/{partner:path}/adoption"): Rule("partner", "adoption"),
    ("GET", API + "/partners/{partner:path}/adoption/customers"): Rule("partner", "adoption"),
    ("GET", API + "/partners/{partner:path}/adoption/customers/{customer:path}"): Rule("partner", "adoption", CUSTOMER),
    ("GET", API + "/partners/{partner:path}/adoption/rows"): Rule("partner", "adoption", download=True),
    ("GET", f"{API}/adoption"): Rule("operator"),
    ("GET", f"{API}/adoption/customers"): Rule("operator"),
    ("GET", f"{API}/adoption/rows"): Rule("operator"),
    **{
        ("GET", path): Rule("reader", fill={"customer_id": "oak"})
        for measure in ("deployment", "usage")
        for path in (
            f"/v1/analytics/licenses/{measure}",
            f"/v1/customers/{{customer_id:path}}/analytics/licenses/{measure}",
            f"/partner/v1/analytics/commercial/{measure}/license",
        )
    },
    ("GET", API + "/partners/{partner:path}/findings"): Rule("partner", "findings"),
    ("GET", API + "/partners/{partner:path}/findings/{code}"): Rule("partner", "findings", {"code": "D-14"}),
    ("GET", API + "/partners/{partner:path}/findings/rows"): Rule("partner", "findings", download=True),
    ("GET", f"{API}/findings"): Rule("operator"),
    ("GET", API + "/findings/{code}"): Rule("operator", fill={"code": "D-14"}),
    ("GET", f"{API}/findings/rows"): Rule("operator"),
    ("POST", API + "/partners/{partner:path}/reconciliation"): Rule(
        "partner", "contribution", query="?name=books.csv", file=BOOKS, money=True
    ),
    ("GET", API + "/values/{metric}"): Rule("operator", fill=METRIC),
    ("GET", f"{API}/scores"): Rule("operator"),
    ("GET", f"{API}/editions"): Rule("operator"),
    ("POST", API + "/months/{month}/editions"): Rule("operator", fill={"month": "2024-03"}),
    ("POST", API + "/months/{month}/publication"): Rule("operator", fill={"month": "2024-03"}),
    ("GET", API + "/months/{month}/publication/preview"): Rule("operator", fill={"month": "2024-03"}),
    ("GET", f"{API}/loads"): Rule("operator"),
    ("POST", f"{API}/loads"): Rule("operator", query="?name=seats.csv"),
    ("GET", f"{API}/quarantine"): Rule("operator"),
    ("GET", f"{API}/audit"): Rule("operator"),
    ("GET", "/preferences"): Rule("open"),
    ("GET", "/"): Rule("reader"),
    ("GET", "/partners/{partner_id:path}"): Rule("partner", "contribution"),
    ("GET", "/partners/{partner_id:path}/score"): Rule("partner", "score"),
    ("GET", "/partners/{partner_id:path}/statement"): Rule("partner", "contribution", download=True),
    ("GET", "/partners/{partner_id:path}/explain/{metric}"): Rule("partner", "contribution", METRIC),
    ("GET", "/partners/{partner_id:path}/findings"): Rule("partner", "findings"),
    ("GET", "/partners/{partner_id:path}/indicators/{indicator}"): Rule("partner", "score", INDICATOR),
    ("GET", "/partners/{partner_id:path}/band/{metric}"): Rule("partner", "contribution", METRIC),
    ("GET", "/partners/{partner_id:path}/difference/{metric}"): Rule("operator", fill=METRIC),
    ("GET", "/partners/{partner_id:path}/adoption"): Rule("partner", "adoption"),
    ("GET", "/partners/{partner_id:path}/adoption/{customer_id:path}"): Rule(
        "partner", "adoption", {"customer_id": "oak"}
    ),
    ("GET", "/operator/adoption"): Rule("operator"),
    ("GET", "/operator/adoption/{customer_id:path}"): Rule("operator", fill={"customer_id": "oak"}),
    ("GET", "/operator/loads"): Rule("operator"),
    ("GET", "/operator/quarantine"): Rule("operator"),
    ("GET", "/operator/editions"): Rule("operator"),
    ("GET", "/operator/publish"): Rule("operator", query="?month=2024-03"),
    ("GET", "/operator/scorecards"): Rule("operator"),
    ("GET", "/operator/audit"): Rule("operator"),
    ("POST", "/operator/build"): Rule("form"),
    ("POST", "/operator/publish"): Rule("form"),
}
"""By method and path, as the application has them."""
