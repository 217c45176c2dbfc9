"""Pig slaughterhouses under video supervision (屠宰监管技术系统)."""
