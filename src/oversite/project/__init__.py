"""Assembles the product: settings, addresses, processes, command line."""
