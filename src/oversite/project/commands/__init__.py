"""The commands, in the order in which the help shows them."""

from oversite.project.commands import bench, demo, evidence, fsck, messages, processes, selftest, serve, simulate

COMMANDS = (demo, serve, processes, selftest, simulate, fsck, evidence, bench, messages)
