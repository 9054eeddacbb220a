"""The canonical layout: two spaces, at most one blank line, nothing aligned."""

from collections.abc import Iterable

from threatdsl.syntax.layout_tree import Body, Entry, Items, Part, Reader, Token

WIDEST = 100
STEP = "  "
BEFORE_NONE = frozenset({",", ";", ")", "]"})


def laid_out(text: str) -> str:
    """The text in canonical layout; it must be one without mistakes of syntax."""
    lines = _entries(Reader(text).entries(in_rule=False), "")
    return "".join(f"{line}\n" for line in lines)


def _entries(entries: Iterable[Entry], indent: str) -> list[str]:
    lines: list[str] = []
    for entry in entries:
        if entry.blank:
            lines.append("")
        written = _statement(entry.parts, indent) if entry.parts else [indent + entry.comment]
        if entry.parts and entry.comment:
            written[-1] += f" {entry.comment}"
        lines += written
    return lines


def _statement(parts: tuple[Part, ...], indent: str) -> list[str]:
    """The lines of a statement: one if it may and fits, else its body is opened, else its lists or conditions too."""
    flat = _flat(parts)
    if flat is not None and len(indent + flat) <= WIDEST:
        return [indent + flat]
    *head, last = parts
    if isinstance(last, Body):
        lines = _head(tuple(head), indent, room=WIDEST - 2)
        if len(lines) > 1 and not last.broken and (body := _flat_body(last)) and len(lines[-1] + body) < WIDEST:
            lines[-1] += f" {body}"
            return lines
        lines[-1] += " {" + (f" {last.comment}" if last.comment else "")
        return [*lines, *_entries(last.entries, indent + STEP), indent + "}"]
    return _head(parts, indent, room=WIDEST)


def _head(parts: tuple[Part, ...], indent: str, room: int) -> list[str]:
    """A statement or its head, on one line if it may and fits, else with lists opened and conditions broken."""
    flat = _flat(parts)
    if flat is not None and len(indent + flat) <= room:
        return [indent + flat]
    has_breaks = any(isinstance(p, Token) and (p.kind == "comment" or _broken(parts, i)) for i, p in enumerate(parts))
    lines, depth, fresh = [indent], 0, True
    for index, part in enumerate(parts):
        if isinstance(part, Items):
            lines[-1] += " " + _flat_list(part) if _fits(part, lines[-1]) else " ["
            if lines[-1].endswith(" ["):
                lines += [*_items(part, indent + STEP), indent + "]"]
            continue
        if isinstance(part, Body):
            continue
        previous = parts[index - 1] if index else None
        depth -= part.kind == ")"
        new_line = _begins_line(parts, index, every=not has_breaks and depth == 0)
        if new_line:
            lines.append(indent + STEP * (depth + 1))
            fresh = True
        lines[-1] += ("" if fresh else _space(previous, part)) + part.text
        fresh = False
        depth += part.kind == "("
    return lines


def _begins_line(parts: tuple[Part, ...], index: int, *, every: bool) -> bool:
    """Whether a token of a condition begins a line: behind a comment, or where an `and` or `or` was put on one."""
    part = parts[index]
    if index == 0 or not isinstance(part, Token):
        return False
    previous = parts[index - 1]
    if isinstance(previous, Token) and previous.kind == "comment":
        return True
    if part.kind == "comment":
        return part.breaks > 0
    return _broken(parts, index) or (every and _joins(part))


def _joins(part: Part) -> bool:
    return isinstance(part, Token) and part.kind == "join"


def _broken(parts: tuple[Part, ...], index: int) -> bool:
    """Whether the line was broken at this `and` or `or`, before it or behind."""
    part = parts[index]
    if not isinstance(part, Token) or not _joins(part):
        return False
    following = parts[index + 1] if index + 1 < len(parts) else None
    behind = isinstance(following, Token) and following.breaks > 0 and following.kind != "comment"
    return part.breaks > 0 or behind


def _items(items: Items, indent: str) -> list[str]:
    lines = []
    for item in items.items:
        text = f"{_flat(item.parts)}," if item.parts else ""
        lines.append(indent + f"{text} {item.comment}".strip())
    return lines


def _fits(items: Items, line: str) -> bool:
    return not items.broken and len(line) + len(_flat_list(items)) < WIDEST


def _flat_list(items: Items) -> str:
    return "[" + ", ".join(_flat(item.parts) or "" for item in items.items) + "]"


def _flat(parts: tuple[Part, ...]) -> str | None:
    """All on one line, or None where it must not be: comments, and what was written over lines."""
    out = ""
    previous: Part | None = None
    for index, part in enumerate(parts):
        if isinstance(part, Token):
            if part.kind == "comment" or _broken(parts, index):
                return None
            text: str | None = part.text
        elif part.broken:
            return None
        elif isinstance(part, Items):
            text = _flat_list(part)
        else:
            text = _flat_body(part)
        if text is None:
            return None
        out += (_space(previous, part) if index else "") + text
        previous = part
    return out


def _flat_body(body: Body) -> str | None:
    inside = []
    for entry in body.entries:
        flat = _flat(entry.parts) if entry.parts and not entry.comment else None
        if flat is None or "\n" in flat:
            return None
        inside.append(flat)
    return f"{{ {'; '.join(inside)} }}" if inside else "{ }"


def _space(previous: Part | None, part: Part) -> str:
    if isinstance(previous, Token) and previous.kind == "(":
        return ""
    if isinstance(part, Token) and part.kind in BEFORE_NONE:
        return ""
    counts = isinstance(previous, Token) and previous.text == "count" and previous.kind == "word"
    return "" if counts and isinstance(part, Token) and part.kind == "(" and part.glued else " "
