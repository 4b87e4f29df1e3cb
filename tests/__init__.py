"""Tests, in folders of the same names as the code."""
