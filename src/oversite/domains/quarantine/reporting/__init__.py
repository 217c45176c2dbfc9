"""What quarantine reports: acts in the national form, statistics, findings."""
