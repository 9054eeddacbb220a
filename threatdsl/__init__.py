"""Threat models as text: parsed, analysed with STRIDE rules, reported, and checked in the pipeline."""
