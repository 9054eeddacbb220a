"""CloudFormation and SAM templates, YAML or JSON; several are read together and may import from each other."""

from threatdsl.infra.cloudformation.balancing import map_balancing
from threatdsl.infra.cloudformation.buckets import map_buckets
from threatdsl.infra.cloudformation.building import Building
from threatdsl.infra.cloudformation.compute import map_compute
from threatdsl.infra.cloudformation.conditional import map_conditional
from threatdsl.infra.cloudformation.estate import Estate
from threatdsl.infra.cloudformation.events import map_events
from threatdsl.infra.cloudformation.exposure import map_routes, map_subnets
from threatdsl.infra.cloudformation.iam import map_iam
from threatdsl.infra.cloudformation.interfaces import map_interfaces
from threatdsl.infra.cloudformation.networks import map_networks
from threatdsl.infra.cloudformation.outbound import map_outbound
from threatdsl.infra.cloudformation.secrets import map_secrets
from threatdsl.infra.cloudformation.settings import map_settings
from threatdsl.infra.cloudformation.stacks import map_imports, map_stacks
from threatdsl.infra.cloudformation.suppressions import map_suppressions
from threatdsl.infra.infrastructure import Infrastructure
from threatdsl.infra.interface import Files

ENDINGS = (".yaml", ".yml", ".json", ".template")
TOPICS = (  # what runs comes first: it decides which resources build an element, and groups and roles follow those
    map_compute,
    map_routes,
    map_networks,
    map_outbound,
    map_subnets,
    map_settings,
    map_buckets,
    map_iam,
    map_balancing,
    map_interfaces,
    map_events,
    map_secrets,
    map_suppressions,
    map_conditional,
    map_stacks,
    map_imports,
)


def read(files: Files) -> Infrastructure:
    """What the templates say. What they do not decide is unresolved, conditional or a loss, never an error."""
    building = Building(Estate(files))
    for topic in TOPICS:
        topic(building)
    return building.finished()
