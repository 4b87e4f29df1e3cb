"""A complete, compatible Workways API for when no remote account is set."""
