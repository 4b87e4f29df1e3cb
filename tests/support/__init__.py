"""Stand-ins for the outside that tests share."""
