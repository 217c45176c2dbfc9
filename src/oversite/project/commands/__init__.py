"""The commands, in the order in which the help shows them."""

from oversite.project.commands import messages, processes, serve

COMMANDS = (serve, processes, messages)
