"""Rule text to findings: expressions, type check, searches, explanation, rule tests."""
