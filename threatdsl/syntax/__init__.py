"""Text to nodes and back: parser, recovery, comments, formatter. Knows lark, knows no threats."""

from threatdsl.syntax.cache import SourceFile, parse_file
from threatdsl.syntax.format import Formatted, format_text
from threatdsl.syntax.parser import Parsed, parse
from threatdsl.syntax.source import read_source

__all__ = ["Formatted", "Parsed", "SourceFile", "format_text", "parse", "parse_file", "read_source"]
