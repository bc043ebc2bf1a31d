"""A small project with planted problems, for a demonstration where there is nothing to review.

Each lens has something to find in it: a query built from input, a shell, a password and weak
hashes; loops that should be one expression; a cycle of imports and a function with too many
branches; tests that assert nothing; missing and misspelt documentation.
"""

from __future__ import annotations

from pathlib import Path

from ladder_tui.workbench.project import Project

_README = """\
# Shop

A tiny web shop that `ladder demo` reviews. It is broken on purpose.
"""

_DATABASE = '''\
import hashlib
from sqlite3 import connect as connect_database

from shop import cart

PASSWORD = "hunter2-hunter2"


def connect(path):
    return connect_database(path)


def find_customer(connection, name):
    cursor = connection.cursor()
    cursor.execute(f"SELECT id, name FROM customer WHERE name = '{name}'")
    return cursor.fetchone()


def check_password(given, stored):
    """Compare a pasword with the stored hash."""
    return hashlib.md5(given.encode()).hexdigest() == stored


def carts_of(connection, customer_id):
    """All carts of a customer."""
    carts = []
    for row in connection.execute("SELECT * FROM cart WHERE customer = ?", (customer_id,)):
        carts.append(cart.Cart(row))
    return carts
'''

_CART = '''\
from shop import database


class Cart:
    def __init__(self, row):
        self.row = row
        self.lines = []

    def prices(self, connection):
        prices = []
        for line in self.lines:
            found = connection.execute("SELECT price FROM product WHERE id = ?", (line,))
            prices.append(found.fetchone())
        return prices

    def owner(self, connection):
        try:
            return database.find_customer(connection, self.row[1])
        except:
            pass


def discount(customer, total, day, code, country, is_member):
    """Calculate the discount, wich depends on nearly everything."""
    rate = 0
    if customer is not None:
        if is_member:
            if total > 1000:
                rate = 20
            elif total > 500:
                rate = 15
            elif total > 100:
                rate = 10
            else:
                if day == "sunday":
                    rate = 5
        elif code == "SPRING":
            if country == "de":
                rate = 7
            elif country == "fr":
                rate = 6
            elif country == "it":
                rate = 5
            else:
                for name in ("at", "ch", "be"):
                    if country == name and total > 50:
                        rate = 4
        elif code == "SUMMER" and total > 200 or day == "monday":
            rate = 3
    if rate and total < 10:
        rate = 0
    return total * rate / 100
'''

_EXPORT = '''\
import subprocess
import tempfile


def export(name, rows):
    target = tempfile.mktemp()
    with open(target, "w") as file:
        for row in rows:
            file.write(",".join([str(value) for value in list(row)]))
    subprocess.call("gzip -c " + target + " > " + name, shell=True)
    return target


def evaluate(rule, total):
    """Evaluate a rule that a customer typed in."""
    return eval(rule, {"total": total})
'''

_TEST_CART = """\
from shop.cart import discount


def test_discount_of_a_member():
    discount("ann", 1200, "monday", "", "de", True)


def test_no_discount():
    result = discount(None, 100, "monday", "", "de", False)
    print(result)


def test_spring():
    assert discount("ann", 100, "friday", "SPRING", "de", False) == 7, discount
"""

FILES: dict[str, str] = {
    "README.md": _README,
    "shop/__init__.py": "",
    "shop/database.py": _DATABASE,
    "shop/cart.py": _CART,
    "shop/export.py": _EXPORT,
    "tests/test_cart.py": _TEST_CART,
}
"""By path."""


def write_sample(folder: Path) -> Path:
    """Write the project into ``folder`` and return it; what is there already is kept.

    Raises StoreError or OSError where the folder cannot be written.
    """
    for name, text in FILES.items():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    Project(folder).create()
    return folder
