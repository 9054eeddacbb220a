"""Why a cell of the STRIDE tables is empty. `*` stands for everything; the first line that fits a cell is shown.

A cell of elements is (element, letter), one of interactions (source, target, where, letter).
"""

from collections.abc import Mapping

ELEMENTS: Mapping[tuple[str, ...], str] = {
    ("flow", "spoofing"): "A call has no name of its own to take. It is its ends that somebody poses as.",
    ("flow", "repudiation"): "A call denies nothing. Whoever sent or received it does.",
    ("flow", "elevation-of-privilege"): "A call has no rights. It is what it reaches that grants too many.",
}
INTERACTIONS: Mapping[tuple[str, ...], str] = {
    ("external-entity", "external-entity", "*", "*"): "Neither end is ours to protect.",
    ("*", "external-entity", "*", "elevation-of-privilege"): (
        "What others may do in their own systems is not ours to grant."
    ),
    ("datastore", "external-entity", "across", "denial-of-service"): (
        "No rule yet looks at who waits outside for what a store sends by itself."
    ),
    ("*", "*", "in one boundary", "spoofing"): (
        "Who stands in one boundary is trusted alike there. Rules ask for proof of identity where trust changes."
    ),
    ("*", "*", "in one boundary", "repudiation"): (
        "Rules ask for a record where a call comes from another boundary, and at the store where a change ends."
    ),
    ("*", "*", "in one boundary", "information-disclosure"): (
        "The data stays with those whom the boundary trusts with it. Rules ask about it where it is kept or leaves."
    ),
    ("*", "*", "in one boundary", "denial-of-service"): (
        "Rules ask about floods and outages where strangers call, and about what one element of ours needs of another."
    ),
    ("*", "*", "in one boundary", "tampering"): "Rules ask what may be altered where it comes from another boundary.",
    ("*", "*", "in one boundary", "elevation-of-privilege"): (
        "Rules ask about rights where a call comes from another boundary, and along the whole way of an intruder."
    ),
}


def reason(cell: tuple[str, ...], reasons: Mapping[tuple[str, ...], str]) -> tuple[str, ...] | None:
    """The key of the reason that fits a cell; None where there is none."""
    fitting = (key for key in reasons if all(part in ("*", own) for part, own in zip(key, cell, strict=True)))
    return next(fitting, None)
