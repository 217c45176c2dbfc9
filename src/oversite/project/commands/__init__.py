"""The commands, in the order in which the help shows them."""

from oversite.project.commands import (
    bench,
    certificate,
    demo,
    evidence,
    fsck,
    messages,
    processes,
    selftest,
    serve,
    simulate,
)

COMMANDS = (demo, serve, processes, selftest, simulate, fsck, evidence, certificate, bench, messages)
