"""Tests of the panel's requests."""
