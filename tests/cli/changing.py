"""A repository with a model on `main`, and a branch that changes it."""

import subprocess
from pathlib import Path

from tests.cli.running import Done, threatdsl, write

NOW = "2026-11-25"
AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@shop.example", "-c", "commit.gpgsign=false")
MODEL = """
model shop "Web shop" { owner "team-shop@example.org" }
import "own.threat" as own

policy pr "Pull requests" { fail-on high; unassessed fail; longest-acceptance 365d }
environment staging "Staging"
environment prod "Production"

data order "Order" { confidentiality restricted; integrity high }
boundary internet "Internet" { trust untrusted; actor customer "Customer" }
boundary cloud "Cloud" {
  trust internal
  service web "Web shop" { serves [web]; source ["src/web"]; stores [] }
  service orders "Orders" { source ["src/orders"]; stores []; parses json; controls [input-validation] }
}
boundary vaults "Vaults" {
  trust restricted
  database orders-db "Orders database" { stores [order] }
}
flow customer -> web "Browse" { protocol https; carries [order]; returns [order] }
flow web -> orders "Order" { protocol http; carries [order]; returns [order] }
flow orders -> orders-db "Keep" { carries [order]; returns [order]; lacks [encryption-in-transit] }

check abuse "Abuse cases" { format junit; file "build/abuse.xml"; proves input-validation; on [orders]; max-age 7d }
"""
OWN = """
library own "Own words" { owner "team-shop@example.org" }
protocol dialect "Spoken here" { denies [encryption-in-transit] }
control-class seals "Nobody opens it" { guards [element]; layer prevent; lowers likelihood }
rule own.unsealed "An unsealed database" {
  stride tampering
  likelihood 4
  for database d
  when some x in d.stores where x.integrity >= high
  unless d has seals
  message "{d} is not sealed"
}
"""
KEEP = 'flow orders -> orders-db "Keep" { carries [order]; returns [order]; lacks [encryption-in-transit] }\n'
LOOK = 'flow web -> orders-db "Look" { carries []; returns [order]; lacks [encryption-in-transit] }\n'
CHECK = MODEL[MODEL.index("check abuse") :]
CLEARTEXT = "disclosure.cleartext-crossing@orders->orders-db"


class Repository:
    """A repository with the model on `main`, and a branch that changes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        write(folder, "src/web/app.py", "pass\n")
        write(folder, "src/orders/app.py", "pass\n")
        write(folder, "own.threat", OWN)
        self.model = write(folder, "shop.threat", MODEL)
        self.commit("The model")
        self.git("switch", "-q", "-c", "change")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *AUTHOR, "-C", str(self.folder), *arguments], check=True, capture_output=True)

    def commit(self, why: str) -> None:
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "-m", why)

    def edit(self, old: str, new: str, file: str = "shop.threat") -> None:
        path = self.folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def add(self, text: str) -> None:
        self.model.write_text(self.model.read_text() + text)

    def check(self, *arguments: str) -> Done:
        self.commit("A change")
        return self.run(*arguments)

    def run(self, *arguments: str, baseline: str = "main") -> Done:
        return threatdsl("check", "shop.threat", "--baseline", baseline, "--now", NOW, *arguments, cwd=self.folder)

    def check_both(self, saved: str) -> tuple[str, str]:
        """What got worse and why, by a saved result and by the revision that it is of."""
        self.commit("A change")
        texts = (self.run(baseline=name).out for name in (saved, "main"))
        by_file, by_revision = (text.partition("since ")[2].partition("\n")[2].partition("\n\n")[0] for text in texts)
        return by_file, by_revision
