"""Tests of the registration: its steps, its one sending, and how unknown outcomes are settled."""
