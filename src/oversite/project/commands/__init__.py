"""The commands, in the order in which the help shows them."""

from oversite.project.commands import (
    bench,
    certificate,
    codes,
    demo,
    evidence,
    fsck,
    messages,
    processes,
    rules,
    selftest,
    serve,
    simulate,
    tables,
)

COMMANDS = (
    demo, serve, processes, selftest, simulate, fsck, evidence, certificate, rules, codes, bench, messages, tables,
)  # fmt: skip
