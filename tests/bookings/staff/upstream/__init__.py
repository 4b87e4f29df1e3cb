"""Tests of the upstream's pages."""
