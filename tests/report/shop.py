"""The web shop: twelve elements in four trust boundaries, with findings of every outcome."""

from datetime import date, timedelta

from tests.report.building import LACKS, assessment, facts, finding, flow, model, refs, rule, span, thing, word
from threatdsl.assess.assessment import AssessedDecision, AssessedFinding, Assessment
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.model.things import Decision, Thing
from threatdsl.rules.finding import Outcome, Question, Stride

CLEARTEXT = rule(
    "disclosure.cleartext-crossing",
    "Sensitive data crosses a trust boundary in clear text",
    Stride.DISCLOSURE,
    "Whoever can listen on the wire between two zones reads data classed confidential or higher.",
    ("CWE-319", "CAPEC-158", "T1040", "SC-8"),
)
CALLER = rule(
    "spoofing.unauthenticated-caller",
    "A process answers callers it does not authenticate",
    Stride.SPOOFING,
    "The network is the only thing that tells a friend from a stranger. One foothold in the zone is enough.",
    ("CWE-306", "CAPEC-115"),
)
TRACE = rule(
    "repudiation.unlogged-action",
    "A privileged action leaves no trace that its author cannot change",
    Stride.REPUDIATION,
    "A component changes confidential data on behalf of people and has no flow to a log outside its own reach.",
    ("CWE-778", "AU-9"),
)
QUOTA = rule(
    "denial.no-quota",
    "An internet-facing entry does not limit one caller",
    Stride.DENIAL,
    "A single caller can exhaust what all callers share.",
    ("CWE-770",),
)
ACCEPTED = Decision(
    "accept",
    CLEARTEXT.id,
    ("checkout->orders-db",),
    date(2026, 12, 31),
    facts(
        131,
        {
            "reason": "TLS arrives with the PostgreSQL 17 move. The wire stays inside the account.",
            "approved-by": "ciso@example.org",
            "ticket": "SEC-482",
        },
    ),
    span(131),
)
EXPIRED = Decision(
    "dismiss", QUOTA.id, ("console",), date(2026, 9, 30), facts(140, {"reason": "Staff only"}), span(140)
)


def shop_model() -> Model:
    head = thing(
        "shop",
        "model",
        "Web shop",
        line=1,
        owner="team-shop@example.org",
        reviewed=date(2026, 10, 1),
        summary="Customers order and pay. Card data never leaves the vault except towards the payment provider.",
        classification="Confidential",
        review_every=timedelta(days=90),
    )
    return model((*_data(), *_elements(), *_flows()), head)


def _data() -> tuple[Thing, ...]:
    return (
        thing("card", "data", "Cardholder data", 7, confidentiality=word("confidentiality", "restricted")),
        thing(
            "order",
            "data",
            "Orders and addresses",
            8,
            confidentiality=word("confidentiality", "confidential"),
            integrity=word("integrity", "high"),
        ),
        thing("audit", "data", "Audit trail", 9, integrity=word("integrity", "critical")),
        thing("catalogue-items", "data", "Catalogue", 10, confidentiality=word("confidentiality", "public")),
    )


def _elements() -> tuple[Thing, ...]:
    return (
        thing("internet", "boundary", "Internet", 12, trust=word("trust", "untrusted")),
        thing("account", "boundary", "Production account", 18, trust=word("trust", "internal")),
        thing("edge", "boundary", "Edge subnet", 20, "account", trust=word("trust", "partner")),
        thing("vaults", "boundary", "Data subnet", 38, "account", trust=word("trust", "restricted")),
        thing("agent", "actor", "Support agent", 14, "internet", technology="laptop, home network"),
        thing("customer", "actor", "Customer", 13, "internet", technology="browser"),
        thing("psp", "external", "Payment provider", 15, "internet", technology="REST, PCI DSS level 1"),
        thing("gateway", "service", "API gateway", 23, "edge", technology="envoy 1.31"),
        thing("console", "service", "Support console", 29, "edge", technology="Django 5.2"),
        thing("checkout", "service", "Checkout service", 33, "account", technology="Go 1.24"),
        thing("catalogue", "service", "Catalogue service", 34, "account", technology="Go 1.24"),
        thing("fulfilment", "job", "Fulfilment worker", 36, "account", technology="Python 3.13"),
        thing("events", "queue", "Order events", 37, "account", technology="RabbitMQ 4.1"),
        thing(
            "orders-db", "database", "Orders database", 41, "vaults", technology="PostgreSQL 16", stores=refs("order")
        ),
        thing("card-vault", "vault", "Card vault", 44, "vaults", technology="Vault 1.20", stores=refs("card")),
        thing("audit-log", "log", "Audit log", 47, "vaults", technology="append-only", stores=refs("audit")),
    )


def _flows() -> tuple[Thing, ...]:
    order, both = refs("order"), refs("order", "card")
    return (
        flow("customer", "gateway", "Browse and order", 52, "browse", protocol="https", carries=both),
        flow("agent", "console", "Look up and amend orders", 58, protocol="https", returns=order),
        flow("gateway", "checkout", "Place order", 66, protocol="grpc", carries=both),
        flow("gateway", "catalogue", "Search", 68, protocol="https", returns=refs("catalogue-items")),
        flow("checkout", "psp", "Capture payment", 82, protocol="https", carries=refs("card")),
        flow("checkout", "card-vault", "Tokenise card", 70, protocol="https", carries=refs("card")),
        flow("checkout", "orders-db", "Write order", 71, protocol="postgres", carries=order, lacks=LACKS),
        flow("console", "orders-db", "Read and amend", 76, protocol="postgres", returns=order, lacks=LACKS),
        flow("checkout", "events", "Order placed", 86, protocol="https", carries=order),
        flow("events", "fulfilment", "Order placed", 88, protocol="amqp", carries=order),
        flow("fulfilment", "audit-log", "Append", 90, protocol="https", carries=refs("audit")),
    )


TLS = "Put an encryption-in-transit control on {}, or keep Orders and addresses on one side of the boundary"


def shop() -> Assessment:
    questions = (
        Question(
            "catalogue",
            "stores",
            "What does Catalogue service keep?",
            ("disclosure.unencrypted-store@catalogue", "tampering.unfiltered-path@customer,catalogue"),
            span(34),
        ),
    )
    decisions = (
        AssessedDecision(ACCEPTED, "in force", ACCEPTED.finding),
        AssessedDecision(EXPIRED, "expired", None),
    )
    return assessment(shop_model(), (*_to_act_on(), *_held()), questions, decisions)


def _to_act_on() -> tuple[AssessedFinding, ...]:
    return (
        finding(
            CLEARTEXT,
            ("console->orders-db",),
            Outcome.OPEN,
            "Support console → Orders database moves Orders and addresses from Edge subnet to Data subnet "
            "without encryption",
            TLS.format("console -> orders-db"),
            levels=(Level.HIGH, Level.HIGH),
        ),
        finding(
            TRACE,
            ("console",),
            Outcome.OPEN,
            "Support console amends orders and has no flow to the audit log",
            "Add a flow console -> audit-log that carries audit",
            levels=(Level.HIGH, Level.HIGH),
        ),
        finding(
            CALLER,
            ("gateway->checkout",),
            Outcome.UNASSESSED,
            "Nobody has said whether Checkout service verifies that API gateway is calling",
            "State a service-authentication control on gateway -> checkout, or `lacks [service-authentication]`",
            levels=(Level.CRITICAL, Level.HIGH),
        ),
        finding(
            CALLER,
            ("events->fulfilment",),
            Outcome.UNASSESSED,
            "Nobody has said who may publish to Order events",
            "State a service-authentication control on events -> fulfilment",
            levels=(Level.MEDIUM, Level.MEDIUM),
        ),
    )


def _held() -> tuple[AssessedFinding, ...]:
    return (
        finding(
            QUOTA,
            ("gateway",),
            Outcome.MITIGATED,
            "API gateway limits each caller by corp.quota",
            "",
            levels=(Level.HIGH, Level.LOW),
        ),
        finding(
            CLEARTEXT,
            ("checkout->orders-db",),
            Outcome.ACCEPTED,
            "Checkout service → Orders database moves Orders and addresses into Data subnet without encryption",
            TLS.format("checkout -> orders-db"),
            levels=(Level.MEDIUM, Level.MEDIUM),
            decision=ACCEPTED,
        ),
    )
