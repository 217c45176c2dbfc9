"""A process of the product under measurement: its CPU time and memory, read from /proc."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TICKS_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """One running `oversite` command."""

    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, arguments: list[str], environment: dict[str, str], log: Path) -> "Measured":
        """Start `oversite ARGUMENTS`; its output goes to `log`."""
        with log.open("wb") as output:
            command = [sys.executable, "-m", "oversite.project.cli", *arguments]
            return cls(subprocess.Popen(command, env=environment, stdout=output, stderr=output))

    def cpu_s(self) -> float:
        """Seconds of CPU used so far, in user and kernel."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_S

    def rss_mib(self) -> float:
        """Resident memory in MiB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
