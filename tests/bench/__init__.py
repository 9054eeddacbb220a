"""Benchmarks: figures printed side by side, never a test that waits for a clock."""
