"""Findings to assessment: decisions, severity, policy, gate."""
