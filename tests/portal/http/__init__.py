"""The outbound rules: limits, address guard, retries."""
