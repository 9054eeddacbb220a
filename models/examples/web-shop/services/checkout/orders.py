"""Orders of the web shop: a WSGI application that keeps them in a database.

The gateway signs customers in and says who calls in two headers, which it removes from what comes from outside.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

STEPS = {"pay": ("placed", "paid"), "ship": ("paid", "shipped"), "refund": ("paid", "refunded")}
RIGHTS = {"pay": "customer", "ship": "warehouse", "refund": "support"}
TABLES = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, address TEXT NOT NULL, state TEXT NOT NULL);
CREATE TABLE trail (who TEXT NOT NULL, what TEXT NOT NULL, id INTEGER NOT NULL);
"""
Answer = tuple[HTTPStatus, object]


class Checkout:
    """The application. `database` is an open connection whose tables exist."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """The checkout of a database."""
        self._database = database

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The answer to one request, as WSGI wants it."""
        status, body = self._answer(environ)
        start_response(f"{status.value} {status.phrase}", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        who, role = environ.get("HTTP_X_CUSTOMER", ""), environ.get("HTTP_X_ROLE", "")
        if not who:
            return HTTPStatus.UNAUTHORIZED, "sign in first"
        match environ["REQUEST_METHOD"], environ["PATH_INFO"].strip("/").split("/"):
            case "POST", ["orders"]:
                return self._place(who, json.load(environ["wsgi.input"])["address"])
            case "GET", ["orders"]:
                return HTTPStatus.OK, self._list(who, environ.get("QUERY_STRING", "").removeprefix("sort=") or "id")
            case "GET", ["orders", number]:
                return self._show(who, number)
            case "POST", ["orders", number, step] if step in STEPS:
                return self._step(who, role, number, step)
        return HTTPStatus.NOT_FOUND, "no such page"

    def _place(self, who: str, address: str) -> Answer:
        values = (who, address)
        placed = self._database.execute("INSERT INTO orders (customer, address, state) VALUES (?, ?, 'placed')", values)
        self._record(who, "place", placed.lastrowid)
        return HTTPStatus.CREATED, {"id": placed.lastrowid}

    def _list(self, who: str, column: str) -> list[object]:
        # The name of a column cannot be a parameter, and nobody compares it with a list: this is the flaw.
        query = f"SELECT id, state FROM orders WHERE customer = ? ORDER BY {column}"  # noqa: S608 - Bandit has to find it
        return self._database.execute(query, (who,)).fetchall()

    def _show(self, who: str, number: str) -> Answer:
        query = "SELECT id, address, state FROM orders WHERE id = ? AND customer = ?"
        found = self._database.execute(query, (number, who)).fetchone()
        return (HTTPStatus.OK, found) if found else (HTTPStatus.NOT_FOUND, "no such order")

    def _step(self, who: str, role: str, number: str, step: str) -> Answer:
        if role != RIGHTS[step]:
            return HTTPStatus.FORBIDDEN, f"this needs the role {RIGHTS[step]}"
        before, after = STEPS[step]
        query = "UPDATE orders SET state = ? WHERE id = ? AND state = ? AND (customer = ? OR ?)"
        is_staff = role != "customer"  # who acts on the orders of all
        changed = self._database.execute(query, (after, number, before, who, is_staff))
        if not changed.rowcount:
            return HTTPStatus.CONFLICT, f"no order of yours can be {after} now"
        self._record(who, step, int(number))
        return HTTPStatus.OK, after

    def _record(self, who: str, what: str, number: int | None) -> None:
        self._database.execute("INSERT INTO trail VALUES (?, ?, ?)", (who, what, number))
