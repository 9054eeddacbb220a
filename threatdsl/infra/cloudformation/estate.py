"""All templates that are read together: their resources, and which of them a value means."""

from collections.abc import Iterable, Iterator, Mapping

from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.infra.cloudformation.template import Template, export_names
from threatdsl.infra.cloudformation.values import EMPTY, GAP, NUL, Link, Value, clean, links_of, reasons
from threatdsl.infra.infrastructure import Resource
from threatdsl.infra.interface import Files
from threatdsl.infra.tree import Document, Node

READER = "cloudformation"
STACKS = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")
INFERRED = "inferred: "  # begins the reason of an import that was matched by its end
LONGEST_NAME = 255  # characters of a logical id
MOST_RESOURCES = 2_000  # of a template; four times the quota of CloudFormation
LOOP = "Fn::ForEach::"
GLOBALS = {  # the section of Globals that counts for a type of SAM
    "AWS::Serverless::Function": "Function",
    "AWS::Serverless::Api": "Api",
    "AWS::Serverless::HttpApi": "HttpApi",
    "AWS::Serverless::SimpleTable": "SimpleTable",
    "AWS::Serverless::StateMachine": "StateMachine",
}
NAMES = {  # the property that is the name of a resource in its account
    "AWS::S3::Bucket": "BucketName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Serverless::SimpleTable": "TableName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Serverless::Function": "FunctionName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::EC2::SecurityGroup": "GroupName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::SSM::Parameter": "Name",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::ECS::TaskDefinition": "Family",
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::RDS::DBCluster": "DBClusterIdentifier",
    "AWS::ElasticLoadBalancing::LoadBalancer": "LoadBalancerName",
    "AWS::KMS::Alias": "AliasName",
}


class Item:
    """A resource of a template: its properties after evaluation, and whether it is there (None: cannot be decided)."""

    def __init__(self, template: Template, logical: str, node: Node, aliases: tuple[str, ...]) -> None:
        """Read one entry of Resources."""
        file = template.document.file
        type_ = node.text_at("Type")
        self.template, self.node = template, node
        self.logical = logical
        self.resource = Resource(READER, file, logical, type_, node.span(file), aliases)
        self.type = type_
        self.present, self.why = template.condition_of(node)
        written = node.at("Properties")
        self.properties = template.value(written) if written is not None else Value(EMPTY, node)
        section = GLOBALS.get(type_, "")
        shared = template.document.root.at("Globals", section) if section else None
        self._globals = template.value(shared) if shared is not None else None
        self.metadata = node.at("Metadata") or Node(None, 0, 0)

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it stands among all that is read."""
        return self.template.number, self.node.line, self.node.column

    @property
    def key(self) -> str:
        """Unique among all that is read."""
        return self.resource.binding

    def at(self, *path: str | int) -> Value | None:
        """A property, from the globals of SAM where the resource has none of its own."""
        found = self.properties.at(*path)
        return found if found is not None or self._globals is None else self._globals.at(*path)

    def span(self, value: Value | None = None) -> Span:
        """Where a value of it stands, or it itself."""
        return value.node.span(self.resource.file) if value is not None and value.node.line else self.resource.span


class Estate:
    """The templates of one reading. What a template asks of others is answered here."""

    def __init__(self, files: Files) -> None:
        """Find the templates among the documents, and the nested ones that they lead to."""
        self.depth = 0
        self.notes: list[Diagnostic] = []
        self._files = files
        self._parents: dict[int, list[tuple[Template, str, Node]]] = {}
        self._children: dict[tuple[int, str], Template] = {}
        self._exports: list[tuple[int, Value, Value]] | None = None
        self.templates: list[Template] = []
        for document in files.documents:
            if any(one.document.file == document.file for one in self.templates):
                continue  # a file is one template; what stands behind it is none
            if not is_template(document):
                if len(files.documents) == 1:
                    self._unusable(document, "is no template: it has no Resources")
            elif len(document.root.entries["Resources"].entries) > MOST_RESOURCES:
                self._unusable(document, f"has more than {MOST_RESOURCES:,} resources; CloudFormation takes 500")
            else:
                self._add(document)
        for template in self.templates:  # grows while nested ones are found
            self._find_nested(template)
        self.items = {(item.template.number, item.logical): item for item in self._items()}
        self._names = self._physical_names()

    def _unusable(self, document: Document, why: str) -> None:
        span = document.span(document.root)
        self.notes.append(Diagnostic("TM0801", Severity.ERROR, f"{document.file} {why}", span))

    def _add(self, document: Document) -> Template:
        template = Template(len(self.templates), document, self._files.parameters, self)
        self.templates.append(template)
        return template

    def _find_nested(self, template: Template) -> None:
        for logical, node in template.resources.entries.items():
            location = node.at("Properties", "TemplateURL") or node.at("Properties", "Location")
            if node.text_at("Type") not in STACKS or location is None:
                continue
            child = self._template_at(template.document, GAP.sub("", template.value(location).raw))
            if child is not None and child is not template:
                self._children[template.number, logical] = child
                self._parents.setdefault(child.number, []).append((template, logical, node))

    def _template_at(self, document: Document, location: str) -> Template | None:
        """The template that a location means: a file beside this one, or the only one read that is named as its end."""
        last = location.rstrip("/").rpartition("/")[2]
        if not last:
            return None
        found = () if "://" in location else self._files.beside(document, location)
        names = {one.file for one in found} or {
            t.document.file for t in self.templates if t.document.file.rpartition("/")[2] == last
        }
        if not names:
            found = self._files.beside(document, last)
            names = {one.file for one in found}
        known = [t for t in self.templates if t.document.file in names]
        if known:
            return known[0] if len(known) == 1 else None
        usable = [one for one in found if is_template(one)]
        return self._add(usable[0]) if len(usable) == 1 else None

    def child(self, item: Item) -> Template | None:
        """The template of a nested stack, where it is at hand."""
        return self._children.get((item.template.number, item.logical))

    def _items(self) -> Iterator[Item]:
        for template in self.templates:
            outer = [stack for _, stack, _ in self._parents.get(template.number, ())]
            for logical, node in template.resources.entries.items():
                yield Item(template, logical, node, tuple(sorted({f"{stack}/{logical}" for stack in outer})))

    def argument(self, template: int, parameter: str) -> Value | None:
        """The value that the stacks around a template give to a parameter; unknown where several differ."""
        given: list[Value] = []
        for parent, _, node in self._parents.get(template, ()):
            written = node.at("Properties", "Parameters", parameter)
            if written is None:
                return None
            given.append(parent.value(written))
        return given[0] if len({repr(one.content) if one.items else one.raw for one in given}) == 1 else None

    def imported(self, name: Value) -> Value | None:
        """What is exported under a name: the same name, or the only export whose known end is the end of the name."""
        if self._exports is None:
            self._exports = []
            self._exports = [(t.number, *export) for t in self.templates for export in export_names(t)]
        same = [value for _, export, value in self._exports if export.raw == name.raw]
        if len(same) == 1:
            return same[0]
        ends = [(end_of(export), value) for _, export, value in self._exports if export.is_unknown]
        matching = [(end, value) for end, value in ends if end and name.raw.endswith(end)]
        longest = max((len(end) for end, _ in matching), default=0)
        best = [(end, value) for end, value in matching if len(end) == longest]
        if same or len(best) != 1:
            return None
        end, value = best[0]
        return Value(value.content, value.node, reasons(value.why, f"{INFERRED}the export that ends in `{end}`"))

    def output(self, link: Link) -> Value | None:
        """An output of a nested stack that is at hand."""
        child = self._children.get((link.template, link.logical))
        node = child.outputs.at(link.attribute.removeprefix("Outputs."), "Value") if child else None
        return child.value(node) if child is not None and node is not None else None

    def misses(self, document: Document, name: str, node: Node) -> None:
        """Note a reference to what a template does not have."""
        message = f"{clean(name)[:LONGEST_NAME]} is no parameter or resource of {document.file}"
        self.notes.append(Diagnostic("TM0806", Severity.WARNING, message, document.span(node)))

    def _physical_names(self) -> Mapping[str, Item]:
        """Resources by their names in the account; a name that several have means none of them."""
        found: dict[str, list[Item]] = {}
        for item in self.items.values():
            name = item.at(NAMES[item.type]) if item.type in NAMES else None
            if name is not None and name.raw and item.present is not False:
                found.setdefault(name.raw, []).append(item)
        return {name: items[0] for name, items in found.items() if len(items) == 1}

    def of(self, value: Value | None) -> Item | None:
        """The resource that a value means: a reference to it, its name, or an address (ARN) with either in it."""
        raw = value.raw if value is not None else ""
        links = tuple(links_of(raw))
        if links:
            item = self.items.get((links[0].template, links[0].logical))
            return item if item is not None and item.present is not False else None
        for name in _names_in(raw):
            if name in self._names:
                return self._names[name]
        return None

    def all_of(self, value: Value | None) -> Iterator[tuple[Item, Value]]:
        """Each resource that a value or what is below refers to, with where, in the order of the file."""
        for below in value.walk() if value is not None else ():
            for link in links_of(below.raw):
                item = self.items.get((link.template, link.logical))
                if item is not None and item.present is not False:
                    yield item, below


def _names_in(raw: str) -> Iterator[str]:
    yield raw
    if raw.startswith("arn:"):
        own = raw.split(":", 5)[-1]
        yield own
        yield own.partition("/")[0]
        yield from own.rsplit("/", 1)[1:]
        name = own.partition(":")[2]
        yield name.partition(":")[0]
        yield own.removeprefix("table/").partition("/")[0]


def end_of(name: Value) -> str:
    """What stands behind the last gap of a text."""
    return name.raw.rpartition(NUL)[2]


def is_template(document: Document) -> bool:
    """Whether a document is a template: one that has resources."""
    resources = document.root.at("Resources")
    return resources is not None and resources.content is not None and not resources.tag and not resources.text


def by_type(items: Iterable[Item], *types: str) -> Iterator[Item]:
    """Those of some types."""
    return (item for item in items if item.type in types)
