"""The text of a first model."""

import msgspec

from threatdsl.syntax.spelling import name_from, quoted

POLICY = """\
policy start "While the model is young" {
  fail-on high
  unassessed warn
  question warn
}
"""

HINTS = """\
# data order "Orders" { confidentiality confidential; integrity high }
#
# boundary internet "Internet" {
#   trust untrusted
#   actor customer "Customer"
# }
#
# boundary inside "Our network" {
#   trust internal
#   service web "Web application"
#   database orders "Orders database" { stores [order] }
# }
#
# flow customer -> web "Browse and order" { protocol https; carries [order]; returns [order] }
# flow web -> orders { carries [order]; returns [order] }
"""


class Answers(msgspec.Struct, frozen=True):
    """What somebody said of a system. `store_kind` is empty when it keeps nothing."""

    system: str
    owner: str
    user: str
    service: str
    protocol: str
    store: str
    store_kind: str
    data: str
    confidentiality: str


def scaffold(title: str) -> str:
    """A model without elements, with an example in comments."""
    head = f"model {name_from(title) or 'system'} {quoted(title)} {{ }}\n"
    return f"{head}\n{POLICY}\n# Take the marks away and put your own system here.\n{HINTS}"


def guided_model(answers: Answers) -> str:
    """A model with one user, one service, perhaps a store, and the flows between them."""
    names = _names(answers)
    owner = f"\n  owner {quoted(answers.owner)}\n" if answers.owner else " "
    service = [f"  service {names['service']} {quoted(answers.service)}"]
    flows = [_flow(f"{names['user']} -> {names['service']}", names["data"], f"\n  protocol {answers.protocol}")]
    if answers.store_kind:
        service.append(
            f"  {answers.store_kind} {names['store']} {quoted(answers.store)} {{ stores [{names['data']}] }}"
        )
        flows.append(_flow(f"{names['service']} -> {names['store']}", names["data"], ""))
    parts = (
        f"model {names['system']} {quoted(answers.system)} {{{owner}}}",
        POLICY.rstrip(),
        f"data {names['data']} {quoted(answers.data)} {{ confidentiality {answers.confidentiality} }}",
        f'boundary internet "Internet" {{\n  trust untrusted\n  actor {names["user"]} {quoted(answers.user)}\n}}',
        "\n".join(('boundary inside "Our network" {', "  trust internal", *service, "}")),
        *flows,
    )
    return "\n\n".join(parts) + "\n"


def _flow(ends: str, data: str, protocol: str) -> str:
    return f"flow {ends} {{{protocol}\n  carries [{data}]\n  returns [{data}]\n}}"


def _names(answers: Answers) -> dict[str, str]:
    """A name for each title, no two alike."""
    taken = {"internet", "inside", "start"}
    names: dict[str, str] = {}
    titles = (
        ("system", answers.system),
        ("user", answers.user),
        ("service", answers.service),
        ("store", answers.store),
        ("data", answers.data),
    )
    for role, title in titles:
        base = name_from(title) or role
        name, number = base, 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name)
        names[role] = name
    return names
