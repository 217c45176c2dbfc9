"""The commands, in the order in which the help shows them."""

from oversite.project.commands import bench, codes, demo, evidence, fsck, messages, processes, selftest, serve, simulate

COMMANDS = (demo, serve, processes, selftest, simulate, fsck, evidence, codes, bench, messages)
