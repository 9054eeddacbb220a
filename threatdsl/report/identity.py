"""What a finding is called for good: by the oldest names of its elements, so that a renaming makes no new finding."""

from collections.abc import Mapping
from hashlib import sha256

from threatdsl.rules.finding import Finding


def oldest_names(former: Mapping[str, str]) -> Mapping[str, str]:
    """The ids of renamed things with the first names that they had."""
    found: dict[str, str] = {}
    for old, id_ in former.items():
        found.setdefault(id_, old)
    return found


def lasting_id(finding: Finding, oldest: Mapping[str, str]) -> str:
    """The finding's id with the oldest names of its elements, where it ends in its elements as nearly all ids do."""
    elements = f"@{','.join(finding.elements)}"
    if not finding.id.endswith(elements):
        return finding.id
    return f"{finding.id.removesuffix(elements)}@{','.join(oldest.get(id_, id_) for id_ in finding.elements)}"


def fingerprint(finding: Finding, oldest: Mapping[str, str]) -> str:
    """Sixteen hexadecimal digits that depend on the rule and the elements alone."""
    return sha256(lasting_id(finding, oldest).encode()).hexdigest()[:16]
