"""The templates, style sheets and fonts of reports and diagrams, read by threatdsl.report."""
