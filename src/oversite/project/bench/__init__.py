"""Figures of this machine, each with a calibration beside it, so that machines can be compared."""
