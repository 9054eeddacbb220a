"""Which flows of infrastructure a model has."""

from collections.abc import Iterable, Iterator

from threatdsl.infra.binding import Bound
from threatdsl.infra.infrastructure import INTERNET, Flow, Rests
from threatdsl.infra.updating import is_outside
from threatdsl.model.model import Model
from threatdsl.model.things import Flow as DataFlow


class Exposures:
    """The flows of a model by the ends that infrastructure knows; whoever is outside and untrusted is anybody."""

    def __init__(self, model: Model, bound: Bound) -> None:
        """`bound` says which things the parts of the infrastructure are."""
        self._bound = bound
        self._ends: dict[tuple[str, str], list[DataFlow]] = {}
        for flow in model.flows:
            sources = (flow.source, INTERNET) if is_outside(model, flow.source) else (flow.source,)
            for source in sources:
                self._ends.setdefault((source, flow.target), []).append(flow)

    def has_ends(self, flow: Flow) -> bool:
        """Whether the model has any flow between the ends of one."""
        return next(self._between(flow), None) is not None

    def unmodelled_ports(self, flow: Flow) -> tuple[str, ...]:
        """The ports of a flow that the model does not have, where all its flows between these ends state theirs."""
        modelled = list(self._between(flow))
        if not modelled or not all(one.text("port") for one in modelled):
            return ()
        known = {port.strip() for one in modelled for port in one.text("port").split(",")}
        return tuple(port for port in flow.ports if port not in known)

    def shown(self, flows: Iterable[Flow]) -> frozenset[str]:
        """The ids of the flows of the model that infrastructure shows."""
        return frozenset(own.id for one in flows if one.rests is not Rests.ASSUMED for own in self._between(one))

    def _between(self, flow: Flow) -> Iterator[DataFlow]:
        sources = (INTERNET,) if flow.source == INTERNET else self._bound.things.get(flow.source, ())
        for source in sources:
            for target in self._bound.things.get(flow.target, ()):
                yield from self._ends.get((source, target), ())
