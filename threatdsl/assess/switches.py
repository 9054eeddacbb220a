"""Switches: which rules and packs are off, until when, and what is wrong with saying so."""

from collections.abc import Iterable, Mapping
from datetime import date

from threatdsl.assess.assessment import AssessedSwitch
from threatdsl.assess.decisions import unknown_rule
from threatdsl.diagnostics import Related
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.scope import BoundRule
from threatdsl.model.things import Switch
from threatdsl.rules.finding import RuleInfo
from threatdsl.rules.manual import MANUAL


def assess_switches(
    model: Model, rules: Iterable[RuleInfo], now: date, problems: Problems
) -> tuple[AssessedSwitch, ...]:
    """Each switch with the rules that it means; one that means none is an error, one that has ended a warning.

    `rules` are those without mistakes; what may be named are all.
    """
    infos = {rule.id: rule for rule in rules}
    ids, packs = tuple(bound.node.name.text for bound in model.rules), _packs(model.rules)
    found: list[AssessedSwitch] = []
    for switch in model.switches:
        name, is_pack = switch.rule, switch.rule not in ids
        if is_pack and name not in packs:
            _unknown(model, switch, ids, tuple(packs), problems)
        elif not is_pack or _is_one_pack(switch, packs[name], problems):
            meant = (bound.node.name.text for bound in packs[name]) if is_pack else (name,)
            off = tuple(infos[id_] for id_ in meant if id_ in infos)
            found.append(AssessedSwitch(switch, off, pack=is_pack, in_force=switch.until >= now))
    _warn(found, problems)
    return tuple(found)


def switched_off(switches: Iterable[AssessedSwitch]) -> frozenset[str]:
    """The ids of the rules that are off now."""
    return frozenset(rule.id for switch in switches if switch.in_force for rule in switch.rules)


def _packs(rules: Iterable[BoundRule]) -> Mapping[str, tuple[BoundRule, ...]]:
    """The rules of each pack by its name."""
    packs: dict[str, list[BoundRule]] = {}
    for rule in rules:
        if rule.pack:
            packs.setdefault(rule.pack, []).append(rule)
    return {name: tuple(some) for name, some in packs.items()}


def _is_one_pack(switch: Switch, rules: tuple[BoundRule, ...], problems: Problems) -> bool:
    """Whether the rules of that pack stand in one file; a team's pack may have the name of a shipped one."""
    first = {rule.scope.file: rule.node.name.span for rule in reversed(rules)}
    if len(first) == 1:
        return True
    problems.error(
        "TM0229",
        f"two packs are called `{switch.rule}`",
        switch.span,
        label="which of them is meant",
        related=tuple(Related("rules of one are here", span) for span in first.values()),
        help="give yours another name",
    )
    return False


def _unknown(model: Model, switch: Switch, ids: tuple[str, ...], packs: tuple[str, ...], problems: Problems) -> None:
    library = next((thing for thing in model.of_kind("library") if thing.id == f"library {switch.rule}"), None)
    if library is not None:
        problems.error(
            "TM0561",
            f"`{switch.rule}` holds no rules",
            switch.span,
            label="nothing to switch off",
            related=(Related("it begins here", library.span),),
        )
    elif switch.rule.startswith(MANUAL):
        help = "a threat that is written by hand is decided with accept, dismiss or transfer, or deleted"
        problems.error("TM0403", f"there is no rule {switch.rule} to switch off", switch.span, help=help)
    else:
        help = f"packs of this model: {', '.join(packs)}"
        unknown_rule(switch.rule, switch.span, (*ids, *packs), problems, what="rule or pack", help=help)


def _warn(switches: Iterable[AssessedSwitch], problems: Problems) -> None:
    first: dict[str, AssessedSwitch] = {}
    for assessed in switches:
        switch = assessed.switch
        if not assessed.in_force:
            back = "its rules are" if assessed.pack else "the rule is"
            what, help = f"`disable {switch.rule}` ended on {switch.until}", f"{back} on again"
            problems.warning("TM0406", what, switch.span, help=f"{help}: delete the line, or decide again")
            continue
        doubled = [rule.id for rule in assessed.rules if rule.id in first]
        if doubled:
            what = switch.rule if len(doubled) == len(assessed.rules) else ", ".join(doubled)
            problems.warning(
                "TM0560",
                f"switched off twice: {what}",
                switch.span,
                label="the second time",
                related=(Related("the first time", first[doubled[0]].switch.span),),
                help="keep one of the two: a rule is on again after the last of its days",
            )
        first.update({rule.id: assessed for rule in assessed.rules if rule.id not in first})
