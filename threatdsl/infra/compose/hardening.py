"""How containers of compose services are locked in."""

from collections.abc import Iterator

from threatdsl.infra.compose.project import Service, Setting
from threatdsl.infra.images import image
from threatdsl.infra.infrastructure import Fact, Known
from threatdsl.infra.secrecy import is_literal_secret

SANDBOX, USER, LIMITS = ("sandboxing",), ("privilege-separation",), ("resource-limits",)
DANGEROUS = frozenset(
    ("ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "NET_ADMIN", "DAC_READ_SEARCH", "SYS_RAWIO", "BPF")
)
SOCKETS = ("docker.sock", "containerd.sock", "podman.sock")
EMPTY_PASSWORD = ("ALLOW_EMPTY_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD")
YES = ("true", "yes", "1", "on")


class Facts:
    """Makes the facts of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def all(self) -> Iterator[Fact]:
        """All facts."""
        yield from self._image()
        yield from self._host()
        yield from self._capabilities()
        yield from self._user()
        yield from self._limits()
        yield from self._mounts()
        yield from self._variables()

    def _fact(
        self,
        name: str,
        value: str,
        setting: Setting | None,
        classes: tuple[str, ...],
        *,
        safe: bool | None,
        why: str = "",
    ) -> Fact:
        at = setting or self._service.definitions[0]
        known = Known.STATED if setting is not None else Known.DEFAULT if safe is not None else Known.SILENT
        return Fact(name, value, safe, at.span, self._service.resources[0], classes, known, why=why)

    def _image(self) -> Iterator[Fact]:
        setting = self._service.one("image")
        found = image(setting.text or "") if setting is not None else None
        if setting is not None and found is not None:
            value = f"{found.name}:{found.tag}" if found.tag else found.name
            yield Fact("image", value, None, setting.span, self._service.resources[0], property="technology")

    def _host(self) -> Iterator[Fact]:
        privileged = self._service.one("privileged")
        truth = privileged.node.truth if privileged is not None else False
        why = "" if privileged is not None else "containers are not privileged unless they say so"
        safe = None if truth is None else not truth
        yield self._fact("privileged", str(truth).lower(), privileged, SANDBOX, safe=safe, why=why)
        for name in ("network_mode", "pid", "ipc", "userns_mode"):
            setting = self._service.one(name)
            if setting is not None and setting.text == "host":
                yield self._fact(name, "host", setting, SANDBOX, safe=False)
        read_only = self._service.one("read_only")
        value = read_only.node.text if read_only is not None else "not set"
        safe = (read_only.node.truth or None) if read_only is not None else None
        yield self._fact("read_only", value, read_only, SANDBOX, safe=safe)

    def _capabilities(self) -> Iterator[Fact]:
        dropped = self._service.items("cap_drop")
        names = sorted({_capability(item) for item in dropped})
        value = ", ".join(names) or "not set"
        yield self._fact("cap_drop", value, dropped[0] if dropped else None, SANDBOX, safe="ALL" in names or None)
        for item in self._service.items("cap_add"):
            safe = False if _capability(item) in DANGEROUS else None
            yield self._fact(f"cap_add {_capability(item)}", "added", item, SANDBOX, safe=safe)

    def _user(self) -> Iterator[Fact]:
        user = self._service.one("user")
        name = (user.text or "").partition(":")[0] if user is not None else ""
        safe = name not in ("0", "root") if name else None
        yield self._fact("user", name or "not set", user, USER, safe=safe)
        options = {(item.text or "").replace("=", ":"): item for item in self._service.items("security_opt")}
        kept = next(
            (one for text, one in options.items() if text in ("no-new-privileges", "no-new-privileges:true")), None
        )
        value = "set" if kept is not None else "not set"
        yield self._fact("no-new-privileges", value, kept, USER, safe=True if kept is not None else None)
        for text, item in options.items():
            if text in ("seccomp:unconfined", "apparmor:unconfined", "label:disable"):
                yield self._fact(text.partition(":")[0], "off", item, SANDBOX, safe=False)

    def _limits(self) -> Iterator[Fact]:
        for name, paths in (
            ("limit of cpu", (("cpus",), ("deploy", "resources", "limits", "cpus"))),
            ("limit of memory", (("mem_limit",), ("deploy", "resources", "limits", "memory"))),
        ):
            setting = next((found for path in paths if (found := self._service.one(*path)) is not None), None)
            value = setting.node.text if setting is not None else "not set"
            yield self._fact(name, value, setting, LIMITS, safe=True if setting is not None else None)

    def _mounts(self) -> Iterator[Fact]:
        """What of its host a container sees: absolute paths, and the socket of the engine."""
        for item in self._service.items("volumes"):
            source, _, rest = (item.text or "").partition(":")
            mode = rest.rpartition(":")[2] if ":" in rest else ""
            if item.node.entries:
                source = item.node.text_at("source")
                mode = "ro" if (node := item.node.at("read_only")) is not None and node.truth else ""
            if source.startswith(("/", "~")):
                read_only = "ro" in mode.split(",")
                safe = None if read_only and not source.endswith(SOCKETS) else False
                value = f"{source}{', read only' if read_only else ''}"
                yield self._fact(f"host path {source}", value, item, SANDBOX, safe=safe)

    def _variables(self) -> Iterator[Fact]:
        """Secrets that stand in the file, whose values are never kept, and switches that open without one."""
        for name, setting in self._service.pairs("environment").items():
            text = setting.text
            if name.upper() in EMPTY_PASSWORD and (text or "").lower() in YES:
                yield self._fact(name, "on", setting, ("no-default-credentials",), safe=False)
            elif text is not None and "$" not in setting.node.text and is_literal_secret(name, text):
                yield self._fact(
                    f"secret in clear in {name}", "in the file", setting, ("secret-management",), safe=False
                )


def _capability(item: Setting) -> str:
    return (item.text or "").upper().removeprefix("CAP_")
