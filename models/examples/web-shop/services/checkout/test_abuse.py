"""What somebody who means harm asks of the checkout. Requests go to the application itself, without a network."""

import io
import json
import sqlite3
from http import HTTPStatus
from wsgiref.util import setup_testing_defaults

import pytest

from checkout.orders import TABLES, Checkout


class Shop:
    """A checkout with an order of alice, and what it answers."""

    def __init__(self) -> None:
        """An empty shop in which alice places the first order."""
        self.database = sqlite3.connect(":memory:")
        self.database.executescript(TABLES)
        self.ask("POST", "/orders", "alice", body={"address": "1 Long Lane"})

    def ask(self, method: str, path: str, who: str = "", role: str = "customer", body: object = None) -> int:
        """The status of a request, made by somebody in a role."""
        statuses: list[str] = []
        environ: dict[str, object] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "HTTP_X_CUSTOMER": who,
            "HTTP_X_ROLE": role,
            "wsgi.input": io.BytesIO(json.dumps(body).encode()),
        }
        setup_testing_defaults(environ)
        Checkout(self.database)(environ, lambda status, _: statuses.append(status))
        return int(statuses[0].split()[0])

    def trail(self) -> list[tuple[str, str, int]]:
        """Who did what to which order."""
        return self.database.execute("SELECT who, what, id FROM trail").fetchall()


@pytest.fixture
def shop() -> Shop:
    """A new shop for each test."""
    return Shop()


def test_nobody_reads_the_order_of_another(shop: Shop) -> None:
    """The order of another looks like one that does not exist."""
    assert shop.ask("GET", "/orders/1", "alice") == HTTPStatus.OK
    assert shop.ask("GET", "/orders/1", "mallory") == HTTPStatus.NOT_FOUND


def test_nobody_pays_the_order_of_another(shop: Shop) -> None:
    """Paying needs the one who ordered."""
    assert shop.ask("POST", "/orders/1/pay", "mallory") == HTTPStatus.CONFLICT
    assert shop.ask("POST", "/orders/1/pay", "alice") == HTTPStatus.OK


def test_nothing_is_shipped_before_it_is_paid(shop: Shop) -> None:
    """Payment cannot be left out."""
    assert shop.ask("POST", "/orders/1/ship", "wendy", "warehouse") == HTTPStatus.CONFLICT


def test_an_order_is_refunded_once(shop: Shop) -> None:
    """A refund cannot be repeated."""
    shop.ask("POST", "/orders/1/pay", "alice")
    assert shop.ask("POST", "/orders/1/refund", "sam", "support") == HTTPStatus.OK
    assert shop.ask("POST", "/orders/1/refund", "sam", "support") == HTTPStatus.CONFLICT


def test_a_customer_refunds_nothing(shop: Shop) -> None:
    """Refunds need the role of support."""
    shop.ask("POST", "/orders/1/pay", "alice")
    assert shop.ask("POST", "/orders/1/refund", "alice") == HTTPStatus.FORBIDDEN


def test_nobody_acts_without_a_name(shop: Shop) -> None:
    """A request without a name changes nothing."""
    assert shop.ask("POST", "/orders/1/pay") == HTTPStatus.UNAUTHORIZED


def test_every_change_leaves_who_and_what(shop: Shop) -> None:
    """Each step is recorded with who took it."""
    shop.ask("POST", "/orders/1/pay", "alice")
    shop.ask("POST", "/orders/1/refund", "sam", "support")
    assert shop.trail() == [("alice", "place", 1), ("alice", "pay", 1), ("sam", "refund", 1)]
