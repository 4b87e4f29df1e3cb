"""Tests of the record of calls to Workways."""
