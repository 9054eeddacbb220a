"""One format a module, found by its name: `read(content)` and `recognises(content)`, nothing else is public."""
