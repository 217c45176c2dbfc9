"""`oversite bench media`: what receiving, recording and showing cost on this machine.

The node runs in a process of its own with durable files, RTCP, reordering and GOP cache, and without a database;
senders and viewers run in others. Figures are CPU milliseconds of the node, all its threads, in user and kernel, per
second of one stream: the packets that came in, divided by those of one second of a stream, so that a sender that falls
behind does not flatter the figure (`pace` is what it reached). The figure is the best of several windows of four
seconds, each of two GOPs and one synchronisation, because others may use the machine too; `windows` holds all of them.
A calibration loop runs after each window, and the one of the best window is printed, so that machines can be compared.
"""

import json as json_format
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from oversite.services.media.bench_node import SECRET

WINDOW_SECONDS = 4.0
WARM_UP_SECONDS = 4.0
CALIBRATION_LOOPS = 2_000_000
ANSWERS = ("ready ", "sent ", "read ")


def run(
    streams: int = 60,
    seconds: int = 20,
    json: bool = False,
    *,
    viewers: int = 0,
    speed: float = 1.0,
    record: bool = True,
    tick_ms: float | None = None,
) -> dict[str, Any]:
    """Measure, print, and give the figures."""
    folder = Path(tempfile.mkdtemp(prefix="oversite-bench-"))
    try:
        figures = _measure(folder, streams, seconds, viewers=viewers, speed=speed, record=record, tick_ms=tick_ms)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json_format.dumps(figures, indent=None if json else 2))  # noqa: T201 - the bench is a command
    return figures


def calibration_ms() -> float:
    """CPU milliseconds of a fixed loop of pure Python."""
    began = time.process_time()
    total = 0
    for number in range(CALIBRATION_LOOPS):
        total += number & 7
    return round((time.process_time() - began) * 1000, 1)


def _measure(
    folder: Path, streams: int, seconds: int, *, viewers: int, speed: float, record: bool, tick_ms: float | None
) -> dict[str, Any]:
    arguments = ["--data", str(folder), "--streams", str(streams)]
    with _Peer("bench_node", arguments + (["--tick-ms", str(tick_ms)] if tick_ms else [])) as node:
        pid, port, tick = node.line().split()[1:]
        bare_kib = _resident_kib(pid)
        ports = [_open(port, number, record) for number in range(streams)]
        pace = ["--seconds", str(seconds + 2 * WARM_UP_SECONDS), "--speed", str(speed)]
        with _Peer("bench_peers", ["send", "--ports", ",".join(map(str, ports)), *pace]) as sender:
            bit_rate, packet_rate = (int(word) for word in sender.line().split()[1:])
            with _Watchers(port, streams, viewers) as watchers:
                sender.tell("go")
                time.sleep(WARM_UP_SECONDS)
                figures = _sample(pid, port, seconds, streams * speed * packet_rate)
                figures["viewed_bytes"], figures["viewers_left"] = watchers.end()
            sent = int(sender.line().split()[1])
            time.sleep(0.5)
            figures |= _counts(port, sent)
            sender.tell("end")
        figures = _per_stream(figures, streams, viewers, speed)
        figures["resident_kib_bare"] = bare_kib
        figures["resident_kib_per_stream"] = round((figures["resident_kib"] - bare_kib) / streams)
        figures |= {"bit_rate": bit_rate, "packets_per_stream_s": packet_rate, "record": record, "tick_ms": float(tick)}
        return figures


class _Peer:
    """A helper process, spoken to in lines."""

    def __init__(self, module: str, arguments: list[str]) -> None:
        command = [sys.executable, "-m", f"{__package__}.{module}", *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> "_Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def line(self) -> str:
        """The next line that answers us; its log goes past."""
        while (line := _pipe(self._process.stdout).readline()) and not line.startswith(ANSWERS):
            pass
        return line

    def tell(self, text: str) -> None:
        """Give it a line."""
        pipe = _pipe(self._process.stdin)
        pipe.write(text + "\n")
        pipe.flush()


class _Watchers:
    """Viewers, evenly over the streams; none where none are wanted."""

    def __init__(self, port: str, streams: int, viewers: int) -> None:
        self._peer: _Peer | None = None
        if viewers:
            tickets = [_ticket(port, number, number % streams) for number in range(viewers)]
            self._peer = _Peer("bench_peers", ["watch", "--port", port])
            self._peer.tell(" ".join(tickets))
            self._peer.line()

    def __enter__(self) -> "_Watchers":
        return self

    def __exit__(self, *_: object) -> None:
        if self._peer is not None:
            self._peer.__exit__()

    def end(self) -> tuple[int, int]:
        """Bytes they have read, and how many were served to the end."""
        if self._peer is None:
            return 0, 0
        self._peer.tell("end")
        read, left = self._peer.line().split()[1:]
        return int(read), int(left)


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("the helper has no pipe")
    return pipe


def _sample(pid: str, port: str, seconds: float, packets_s: float) -> dict[str, Any]:
    windows: list[tuple[float, float, float, float]] = []
    bytes_before, began = _counter(port, "written_bytes"), time.monotonic()
    for _ in range(max(int(seconds / WINDOW_SECONDS), 1)):
        cpu, packets, since = _cpu_seconds(pid), _counter(port, "packets"), time.monotonic()
        time.sleep(WINDOW_SECONDS)
        elapsed, used = time.monotonic() - since, _cpu_seconds(pid) - cpu
        pace = min((_counter(port, "packets") - packets) / elapsed / packets_s, 1.0)
        windows.append((used / elapsed / max(pace, 0.001), pace, used / elapsed, calibration_ms()))
    elapsed, written = time.monotonic() - began, _counter(port, "written_bytes") - bytes_before
    full_load, pace, busy, calibration = min(windows)
    return {
        "seconds": round(elapsed, 1),
        "cpu_percent": round(busy * 100, 1),
        "pace": round(pace, 3),
        "full_load": full_load,
        "windows": [each for each, *_ in windows],
        "calibration_ms": calibration,
        "written_bytes_s": round(written / elapsed),
        "resident_kib": _resident_kib(pid),
    }


def _per_stream(figures: dict[str, Any], streams: int, viewers: int, speed: float) -> dict[str, Any]:
    """CPU at full pace as milliseconds per second of one stream, and of one viewer as if it had caused all of it."""
    full_load, share = figures.pop("full_load"), 1000 / streams / speed
    return figures | {
        "streams": streams,
        "viewers": viewers,
        "speed": speed,
        "cpu_ms_per_stream_s": round(full_load * share, 3),
        "windows": [round(each * share, 3) for each in figures["windows"]],
        "cpu_ms_per_viewer_s_at_most": round(full_load / viewers * 1000, 3) if viewers else None,
    }


def _counts(port: str, sent: int) -> dict[str, Any]:
    receivers = _ask(port, "GET", "receivers")["receivers"]
    packets = sum(item["packets"] for item in receivers)
    return {
        "sent_packets": sent,
        "received_packets": packets,
        "missing_packets": sent - packets,
        "lost_packets": sum(item["lost"] for item in receivers),
        "bad_pictures": sum(item["bad_units"] for item in receivers),
        "playing": sum(item["stage"] == "playing" for item in receivers),
        "recording": sum(item["recording"] for item in receivers),
        "kernel_receive_buffer_bytes": _granted_buffer(),
    }


def _granted_buffer() -> int:
    from oversite.services.media.ports import widen_buffer

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return widen_buffer(sock)


def _cpu_seconds(pid: str) -> float:
    """What the scheduler has given to all threads of the process."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def _resident_kib(pid: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def _open(port: str, number: int, record: bool) -> int:
    body = {
        "stream_key": f"bench-{number}",
        "camera_uid": str(UUID(int=number + 1)),
        "gb_id": f"3402000000132{number:07d}",
        "kind": "live",
        "transport": "udp",
        "ssrc": "0100000001",
        "record": record,
    }
    return int(_ask(port, "POST", "receivers", body)["port"])


def _ticket(port: str, number: int, stream: int) -> str:
    token = f"bench-ticket-{number}".ljust(32, "x")
    _ask(port, "POST", "tickets", {
        "ticket": token, "kind": "live", "viewing_id": str(number), "stream_key": f"bench-{stream}"
    })  # fmt: skip
    return token


def _counter(port: str, name: str) -> int:
    connection = HTTPConnection("127.0.0.1", int(port), timeout=10)
    try:
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
    finally:
        connection.close()
    lines = (line.split() for line in text.splitlines() if line.startswith(f"oversite_media_{name}_total"))
    return next((int(float(value)) for _, value in lines), 0)


def _ask(port: str, method: str, path: str, body: object = None) -> Any:
    connection = HTTPConnection("127.0.0.1", int(port), timeout=30)
    try:
        data = None if body is None else json_format.dumps(body)
        connection.request(method, f"/door/{path}", data, {"X-Oversite-Door": SECRET})
        response = connection.getresponse()
        content = response.read()
        if response.status >= 400:
            raise RuntimeError(content.decode())
        return json_format.loads(content) if content else None
    finally:
        connection.close()
