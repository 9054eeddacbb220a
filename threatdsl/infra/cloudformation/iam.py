"""Roles, users, groups and policies: what they grant, who holds them, and who may take them on."""

from collections.abc import Iterator

from threatdsl.infra.cloudformation.building import Building, Draft
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.policies import Statement, principals, statements
from threatdsl.infra.cloudformation.values import Value
from threatdsl.infra.infrastructure import Known, Rests

LEAST = ("least-privilege",)
TRUST = ("scoped-trust",)
HOLDING = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
ATTACHED = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy",
            "AWS::IAM::GroupPolicy")  # fmt: skip
TO = ("Roles", "Users", "Groups", "RoleName", "UserName", "GroupName")
BROAD = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
HELD_BY = (  # where an element says which roles it works with
    ("Role",), ("RoleArn",), ("TaskRoleArn",), ("ExecutionRoleArn",), ("IamInstanceProfile",), ("ServiceRole",),
    ("LaunchTemplateData", "IamInstanceProfile", "Arn"), ("LaunchTemplateData", "IamInstanceProfile", "Name"),
    ("InstanceRoleArn",), ("JobRoleArn",), ("ContainerProperties", "JobRoleArn"), ("DefinitionRoleArn",),
)  # fmt: skip
UNKNOWN_POLICY = "what a policy that is kept elsewhere grants is not known"


def map_iam(building: Building) -> None:
    """Roles as parts, with the flows that their grants allow."""
    for item in building.of_type(*HOLDING):
        building.roles[item.key] = Draft(item)
    _holders(building)
    for role in tuple(building.roles.values()):
        for at in _listed(role.item.at("Policies")):
            _document(building, role, role.item, at.at("PolicyDocument"))
        _managed(building, role)
        if role.item.type == "AWS::IAM::Role":
            _trust(building, role)
    for item in building.of_type(*ATTACHED):
        for role in _roles_of(building, item):
            building.realize(role, item)
            _document(building, role, item, item.at("PolicyDocument"))
    for item in building.of_type("AWS::Serverless::Function"):
        _own_policies(building, item)
    _flows(building)


def _listed(value: Value | None) -> tuple[Value, ...]:
    return value.listed if value is not None else ()


def _roles_of(building: Building, item: Item) -> Iterator[Draft]:
    for key in TO:
        for one in _listed(item.at(key)):
            found = building.estate.of(one)
            if found is not None and found.key in building.roles:
                yield building.roles[found.key]


def _holders(building: Building) -> None:
    """Elements by the role that they name, through instance profiles too; users by their groups."""
    for element in building.elements.values():
        for item in element.items:
            for path in HELD_BY:
                for role in _named(building, item.at(*path)):
                    role.holders.add(element.key)
    for item in building.of_type("AWS::IAM::InstanceProfile"):
        for one in _named(building, item.at("Roles")):
            building.realize(one, item)


def _named(building: Building, value: Value | None) -> Iterator[Draft]:
    for one in _listed(value):
        found = building.estate.of(one)
        if found is not None and found.type == "AWS::IAM::InstanceProfile":
            yield from _named(building, found.at("Roles"))
        elif found is not None and found.key in building.roles:
            yield building.roles[found.key]


def _document(building: Building, role: Draft, item: Item, document: Value | None) -> None:
    """The statements of one policy of a role."""
    for statement in statements(document):
        if statement.allows is None:
            building.fact(
                role, item, "Effect", "not known", safe=None, classes=LEAST, at=statement.at, known=Known.UNRESOLVED
            )
        elif statement.allows:
            _allowed(building, role, item, statement)
            _granted(building, role, statement)
    if item.type != "AWS::IAM::Role":  # a role of a service is never held with a second factor
        _second_factor(building, role, item, document)


def _allowed(building: Building, role: Draft, item: Item, statement: Statement) -> None:
    broad = statement.broad
    if broad == "it allows its actions on all resources" and statement.conditions and not statement.wants_mfa:
        why = "it allows its actions on all resources that meet its conditions"
        building.fact(role, item, "Resource", "wildcard", safe=None, classes=LEAST, at=_place(statement), why=why)
    elif broad:
        name = "NotAction" if statement.not_actions else "Resource" if broad.endswith("resources") else "Action"
        building.fact(role, item, name, "wildcard", safe=False, classes=LEAST, at=_place(statement), why=broad)
    elif statement.is_known:
        building.fact(role, item, "Action", "named", safe=True, classes=LEAST, at=statement.at)
    else:
        why = "what it allows is only known later or elsewhere"
        building.fact(
            role,
            item,
            "Action",
            "not known",
            safe=None,
            classes=LEAST,
            at=statement.at,
            known=Known.UNRESOLVED,
            why=why,
        )


def _place(statement: Statement) -> Value:
    """The line of what is too wide."""
    if statement.not_actions:
        return statement.at.at("NotAction") or statement.at
    key = "Resource" if statement.broad.endswith("resources") else "Action"
    wide = [one for one in _listed(statement.at.at(key)) if (one.text or "").endswith("*")]
    return wide[0] if wide else statement.at.at(key) or statement.at


def _granted(building: Building, role: Draft, statement: Statement) -> None:
    """What is named. A wildcard is one fact of the role and no grant of everything."""
    for resource in statement.resources:
        draft = building.element(resource)
        if draft is not None:
            role.grants.add(draft.key)


def _second_factor(building: Building, role: Draft, item: Item, document: Value | None) -> None:
    """Rights of people that hold only with a second factor: all that is allowed, or all else denied."""
    found = tuple(statements(document))
    allowing = [one for one in found if one.allows]
    refusing = any(
        one.allows is False and key == "aws:multifactorauthpresent" and value.truth is False
        for one in found
        for _, key, value in one.conditions
    )
    demanded = refusing or (bool(allowing) and all(one.wants_mfa for one in allowing))
    if role.item.type == "AWS::IAM::Role":
        if demanded and not _taken_by_people(role):
            message = f"{item.logical} demands a second factor of {role.title}, whose holders can have none"
            building.note("TM0803", message, item.span(document))
        return
    if allowing:
        role.mfa = demanded if role.mfa is None else role.mfa and demanded


def _taken_by_people(role: Draft) -> bool:
    trusted = [one.principal for one in statements(role.item.at("AssumeRolePolicyDocument")) if one.principal]
    return any(kind in ("AWS", "Federated") for value in trusted for kind, _ in principals(value))


def _trust(building: Building, role: Draft) -> None:
    """Who may take a role on, and whether a second factor is demanded of those who can have one."""
    people = []
    for statement in statements(role.item.at("AssumeRolePolicyDocument")):
        if not statement.allows or statement.principal is None:
            continue
        for_all = statement.is_for_all
        known, why = Known.STATED, "anybody may take it on" if for_all else ""
        if for_all is None:
            known, why = Known.UNRESOLVED, "who is meant depends on what is not known"
        safe = None if for_all is None else not for_all
        text = "anybody" if for_all else "named" if for_all is False else "not known"
        building.fact(
            role, role.item, "Principal", text, safe=safe, classes=TRUST, at=statement.principal, known=known, why=why
        )
        kinds = {kind for kind, _ in principals(statement.principal)}
        if "AWS" in kinds:
            people.append(statement.wants_mfa)
        elif statement.wants_mfa:
            message = f"{role.title} demands a second factor of a service, which can have none"
            building.note("TM0803", message, role.item.span(statement.at))
    if people:
        role.mfa = all(people)


def _managed(building: Building, role: Draft) -> None:
    """Policies that are attached by name; those of the templates are read where they stand."""
    for one in _listed(role.item.at("ManagedPolicyArns")):
        found = building.estate.of(one)
        if found is not None and found.type == "AWS::IAM::ManagedPolicy" and found.present:
            building.realize(role, found)
            _document(building, role, found, found.at("PolicyDocument"))
            continue
        name = (one.text or "").rpartition("/")[2] if one.text else one.raw.rpartition("/")[2]
        if name in BROAD or name.endswith("FullAccess"):
            why = "a policy of AWS that allows all actions of one or more services"
            building.fact(
                role, role.item, "ManagedPolicyArns", "full access", safe=False, classes=LEAST, at=one, why=why
            )
        else:
            building.fact(
                role,
                role.item,
                "ManagedPolicyArns",
                "a policy that is kept elsewhere",
                safe=None,
                classes=LEAST,
                at=one,
                known=Known.UNRESOLVED,
                why=UNKNOWN_POLICY,
            )


def _own_policies(building: Building, item: Item) -> None:
    """The policies that SAM writes a role of: one of the function itself, unless it names a role."""
    if item.at("Policies") is None or item.at("Role") is not None:
        return
    role = building.roles[f"{item.key}Role"] = Draft(item)
    role.key, role.title = f"{item.key}Role", f"{item.logical}Role"
    role.holders.add(item.key)
    for one in _listed(item.at("Policies")):
        if one.at("Statement") is not None and one.entries:
            _document(building, role, item, one)
        elif one.text is not None and (one.text.rpartition("/")[2] in BROAD or one.text.endswith("FullAccess")):
            building.fact(role, item, "Policies", "full access", safe=False, classes=LEAST, at=one)
        elif len(one.entries) == 1:  # a template of SAM, scoped to what its parameter names
            role.grants.update(d.key for v in one.walk() if (d := building.element(v)) is not None)
            building.fact(role, item, "Policies", "scoped", safe=True, classes=LEAST, at=one)
        else:
            building.fact(
                role,
                item,
                "Policies",
                "a policy that is kept elsewhere",
                safe=None,
                classes=LEAST,
                at=one,
                known=Known.UNRESOLVED,
                why=UNKNOWN_POLICY,
            )


def _flows(building: Building) -> None:
    """Who holds a role may call what it names."""
    for role in building.roles.values():
        for holder in role.holders:
            for target in role.grants:
                why = f"role {role.title} grants it"
                building.flow(
                    building.elements[holder], building.elements[target], Rests.ALLOWED, role.item, None, why=why
                )
