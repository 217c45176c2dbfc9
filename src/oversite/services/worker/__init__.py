"""The worker: hosts tasks, event listeners and schedules, and nothing else."""
