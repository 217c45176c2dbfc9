"""The commands, in the order in which the help shows them."""

from oversite.project.commands import evidence, fsck, messages, processes, serve

COMMANDS = (serve, processes, fsck, evidence, messages)
