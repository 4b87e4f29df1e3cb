"""Benchmarks: `python -m tests.load.<name>` prints figures; none is an assertion in the test run."""
