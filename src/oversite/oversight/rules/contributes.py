"""What the app plugs in."""
