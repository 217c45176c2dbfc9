"""Pages of the customs register."""
