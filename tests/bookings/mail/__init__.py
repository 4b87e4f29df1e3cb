"""Tests of the outbox: what mails say, that they are sealed, sent, tried again and never doubled."""
