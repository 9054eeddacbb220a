"""Statements of policies, as AWS evaluates them."""

from collections.abc import Iterator

import msgspec

from threatdsl.infra.cloudformation.values import Value

MFA = ("aws:multifactorauthpresent", "aws:multifactorauthage")
# Conditions that leave only callers of an account, organisation, network or source.
NARROWING = (
    "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalorgid",
    "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:sourcevpce", "aws:sourcevpc",
    "aws:vpcsourceip", "kms:calleraccount", "kms:viaservice", "sns:endpoint", "s3:dataaccesspointaccount",
)  # fmt: skip
WORLD = ("0.0.0.0/0", "::/0")
# What can be granted on all resources only, or tells no more than what there is.
UNSCOPED = (
    "describe",
    "list",
    "getauthorizationtoken",
    "batchchecklayeravailability",
    "putmetricdata",
    "getcalleridentity",
)


class Statement(msgspec.Struct, frozen=True):
    """One statement. A part that is not there is an empty tuple."""

    at: Value
    allows: bool | None
    actions: tuple[Value, ...]
    not_actions: tuple[Value, ...]
    resources: tuple[Value, ...]
    not_resources: tuple[Value, ...]
    principal: Value | None
    not_principal: Value | None
    conditions: tuple[tuple[str, str, Value], ...]  # operator and key in lower case

    @property
    def broad(self) -> str:
        """What is wider than any work needs, in words; empty for nothing."""
        if self.not_actions:
            return "NotAction in an Allow grants all other actions"
        for action in self.actions:
            text = action.text or ""
            if text == "*" or text.partition(":")[2] == "*":
                return "it allows all actions" if text in ("*", "*:*") else "it allows all actions of a service"
        if any(resource.text == "*" for resource in self.resources) and any(map(_needs_scope, self.actions)):
            return "it allows its actions on all resources"
        return ""

    @property
    def is_known(self) -> bool:
        """Whether all of what it allows could be read; parts of names may be open."""
        values = (*self.actions, *self.resources)
        return bool(self.actions) and all(_is_open_name_at_most(value) for value in values)

    @property
    def wants_mfa(self) -> bool:
        """Whether it holds for those only who showed a second factor."""
        return any(
            key in MFA and ((op == "bool" and value.truth is True) or op.startswith("numericlessthan"))
            for op, key, value in self.conditions
        )

    @property
    def is_for_all(self) -> bool | None:
        """Whether anybody is meant, None where that is not known or conditions may narrow it."""
        if self.not_principal is not None:
            return None
        if self.principal is None:
            return False
        anybody = principals(self.principal)
        if not any(text == "*" for _, text in anybody):
            return None if any(not text for _, text in anybody) else False
        narrow = [self._narrows(*condition) for condition in self.conditions]
        return False if True in narrow else None if None in narrow else True

    @staticmethod
    def _narrows(operator: str, key: str, value: Value) -> bool | None:
        """Whether a condition leaves somebody out: True, False where it does not, None where nobody knows."""
        if operator.endswith("ifexists") or operator.startswith(("stringnot", "arnnot", "notip", "null")):
            return None
        texts = [one.text for one in value.listed]
        if key == "aws:sourceip":
            return False if any(text in WORLD for text in texts) else None if None in texts else True
        if key in NARROWING:
            return "*" not in texts
        return False if key == "aws:securetransport" else None

    @property
    def denies_clear(self) -> bool:
        """Whether it refuses everybody who comes without TLS."""
        clear = any(
            operator == "bool" and key == "aws:securetransport" and value.truth is False
            for operator, key, value in self.conditions
        )
        everybody = self.principal is not None and any(text == "*" for _, text in principals(self.principal))
        return self.allows is False and clear and everybody and len(self.conditions) == 1


def _needs_scope(action: Value) -> bool:
    text = (action.text or "").partition(":")[2].casefold()
    return not text.startswith(UNSCOPED)


def _is_open_name_at_most(value: Value) -> bool:
    return value.text is not None or value.raw.startswith("arn:") or any(True for _ in value.links())


def principals(value: Value) -> list[tuple[str, str]]:
    """The kinds and names of a principal; a name is empty where it is not known. `*` is anybody of AWS."""
    if value.entries:
        return [(kind, one.text or "") for kind, some in value.entries.items() for one in some.listed]
    return [("AWS", value.text or "")]


def statements(document: Value | None) -> Iterator[Statement]:
    """The statements of a policy; the effect of what is not known is not known, what is no statement is left out."""
    found = document.at("Statement") if document is not None else None
    for at in found.listed if found is not None else ():
        if at.entries or at.is_unknown:
            effect = at.at("Effect")
            yield Statement(
                at=at,
                allows=None if effect is None or effect.text is None else effect.text == "Allow",
                actions=_some(at, "Action"),
                not_actions=_some(at, "NotAction"),
                resources=_some(at, "Resource"),
                not_resources=_some(at, "NotResource"),
                principal=at.at("Principal"),
                not_principal=at.at("NotPrincipal"),
                conditions=tuple(_conditions(at.at("Condition"))),
            )


def _some(at: Value, key: str) -> tuple[Value, ...]:
    found = at.at(key)
    return found.listed if found is not None else ()


def _conditions(value: Value | None) -> Iterator[tuple[str, str, Value]]:
    if value is not None and value.is_unknown:
        yield "", "", value
    for operator, keys in value.entries.items() if value is not None else ():
        for key, wanted in keys.entries.items():
            yield operator.casefold(), key.casefold(), wanted
