"""Nodes to a typed model: vocabulary, names, binding, graph."""
