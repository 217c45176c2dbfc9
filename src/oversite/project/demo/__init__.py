"""The demonstration: a small tree of agencies, two sites, and simulated cameras that really register."""
