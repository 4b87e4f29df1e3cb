"""Tests of codes, links, browsers and limits."""
