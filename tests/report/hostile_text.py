"""A model file whose every free text tries to be something else."""

ATTACKS = {
    "image": "<img src=x onerror=alert(1)>",
    "address": "javascript:alert(1)",
    "style": "</style><script>alert(1)</script>",
    "css": ";}*{display:none}",
    "file": "file:///etc/passwd",
    "table": "<TABLE><TR><TD>x</TD></TR></TABLE>",
    "record": r"\N \G {a|b}",
    "formula": "=cmd|' /C calc'!A0",
    "sum": "@SUM(1+1)*cmd",
    "mention": "@everyone",
    "link": "[x](javascript:alert(1))",
    "picture": "![x](https://evil.example/x.png)",
    "template": "{{ 7*7 }} {% raw %}",
    "comment": "--> ]]> <!--",
    "entity": "&lt;b&gt; &#65;",
    "quote": '" onload="alert(1)',
    "command": "::error file=x::y %0A",
    "policy": "<base href=//evil.example>",
}


def hostile_model() -> str:
    """The text of a model in which each attack is the title of a boundary, a service, a store, data, a flow, a check,
    a threat and a role, the technology of a service, and the reason of a decision."""
    names = list(ATTACKS)
    after = dict(zip(names, names[1:] + names[:1], strict=True))
    return "\n".join(
        [
            f'model evil "{quoted("image")}" {{ summary "{quoted("style")}"; owner "{quoted("formula")}";',
            f'  version "{quoted("mention")}"; classification "{quoted("css")}" }}',
            *(f'data d-{name} "{quoted(name)}" {{ confidentiality restricted; integrity high }}' for name in names),
            'boundary outside "Outside" { trust untrusted\n  actor stranger "' + quoted("link") + '"\n}',
            *(_zone(name) for name in names),
            f'flow enter stranger -> s-{names[0]} "{quoted("picture")}" {{ carries [d-image] }}',
            *(_flow(name, after[name]) for name in names),
            *(_said(name) for name in names),
        ]
    )


def quoted(name: str) -> str:
    """The attack as it is written between quotes in a model."""
    return ATTACKS[name].replace("\\", "\\\\").replace('"', '\\"')


def _zone(name: str) -> str:
    text = quoted(name)
    return (
        f'boundary z-{name} "{text}" {{ trust internal\n'
        f'  service s-{name} "{text}" {{ technology "{text}"; serves api; parses json; controls [authorization] }}\n'
        f'  database b-{name} "{text}" {{ technology "{text}"; stores [d-{name}] }}\n}}'
    )


def _flow(name: str, target: str) -> str:
    text = quoted(name)
    ends = (
        ""
        if target == next(iter(ATTACKS))
        else f'flow f-{name} s-{name} -> s-{target} "{text}" {{ carries [d-{name}] }}\n'
    )
    return f'{ends}flow w-{name} s-{name} -> b-{name} "{text}" {{ carries [d-{name}]; lacks [encryption-in-transit] }}'


def _said(name: str) -> str:
    text = quoted(name)
    return (
        f'threat t-{name} "{text}" {{ on [s-{name}]; stride tampering; likelihood 3; impact 4; text "{text}" }}\n'
        f"accept disclosure.unencrypted-store on b-{name} until 2027-03-31 "
        f'{{ reason "{text}"; approved-by "{text}"; ticket "{text}" }}\n'
        f'role r-{name} "{text}" {{ grants [s-{name}] }}\n'
        f'assumption a-{name} "{text}" {{ owner "{text}"; until 2027-06-30 }}\n'
        f'check c-{name} "{text}" {{ format junit; file "build/{name}.xml"; proves authorization; on [s-{name}]; '
        f'counts ["{text}"] }}'
    )
