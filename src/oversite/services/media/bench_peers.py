"""The other side of the bench, in processes of their own: senders that replay prebuilt packets, viewers that only read.

`python -m oversite.services.media.bench_peers send|watch …`; `bench` starts it.
"""

import argparse
import base64
import io
import os
import select
import socket
import sys
import time
from fractions import Fraction

import av
import numpy as np

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.mux import PsMuxer
from oversite.protocol.rtp.sender import RtpSender

FPS = 25
FRAME_90K = 3_600
GOP = 50
BIT_RATE = 2_000_000
CLIP_SECONDS = 8


def tell(line: str) -> None:
    """Answer the bench."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def clip() -> list[AccessUnit]:
    """Eight seconds of 720p at 2 Mbit/s, a key frame every two seconds."""
    noise = np.random.default_rng(1).integers(0, 60, (1080, 1280), dtype=np.uint8)
    found: list[tuple[bool, bytes]] = []
    with av.open(io.BytesIO(), "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        stream.codec_context.time_base = Fraction(1, FPS)
        stream.bit_rate = BIT_RATE
        rate = str(BIT_RATE // 1000)
        stream.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "g": str(GOP),
            "keyint_min": str(GOP),
            "x264-params": f"nal-hrd=cbr:vbv-maxrate={rate}:vbv-bufsize={rate}:bitrate={rate}:sliced-threads=0",
        }
        for number in range(FPS * CLIP_SECONDS):
            image = np.roll(noise, number * 4, axis=1) + np.uint8(number % 64)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="yuv420p")
            frame.pts = number
            found += [(packet.is_keyframe, bytes(packet)) for packet in stream.encode(frame)]
        found += [(packet.is_keyframe, bytes(packet)) for packet in stream.encode(None)]
    return [AccessUnit("video", Codec.H264, 0, 0, key, data) for key, data in found]


def frames(count: int) -> list[list[bytes]]:
    """RTP packets of `count` pictures with times that go on; a little more than one clip repeated."""
    units, muxer, sender = clip(), PsMuxer(), RtpSender(ssrc=100_000_001)
    made = []
    for number in range(count):
        unit = units[number % len(units)]
        unit.pts_90k = unit.dts_90k = number * FRAME_90K
        made.append(sender.packetise(muxer.mux(unit), unit.dts_90k))
    return made


def send(ports: list[int], seconds: float, speed: float) -> None:
    """Replay to every port at `speed` times the real pace, each stream a little later than the one before."""
    count = int(seconds * FPS * speed) + 2 * GOP
    prebuilt = frames(count)
    size = sum(len(packet) for group in prebuilt for packet in group)
    packets = sum(map(len, prebuilt))
    sockets = []
    for port in ports:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.connect(("127.0.0.1", port))
        sockets.append(sock)
    tell(f"ready {size * 8 * FPS // count} {packets * FPS // count}")
    sys.stdin.readline()
    interval = 1 / FPS / speed
    began = time.monotonic()
    offsets = [number * 7 % GOP for number in range(len(sockets))]
    slots = [number / len(sockets) * interval for number in range(len(sockets))]
    sent = 0
    for step in range(count - GOP):
        for sock, offset, slot in zip(sockets, offsets, slots, strict=True):
            wait = began + step * interval + slot - time.monotonic()
            if wait > 0.0005:
                time.sleep(wait)
            group = prebuilt[step + offset]
            for packet in group:
                try:
                    sock.send(packet)
                except OSError:
                    continue
            sent += len(group)
        if time.monotonic() - began > seconds:
            break
    tell(f"sent {sent} {time.monotonic() - began:.2f}")
    sys.stdin.readline()


def watch(port: int, tickets: list[str]) -> None:
    """Open every ticket and read what comes until the input ends."""
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    for ticket in tickets:
        sock = socket.create_connection(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        sock.sendall(
            f"GET /live/{ticket} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        sockets[sock.fileno()] = sock
        poll.register(sock.fileno(), select.EPOLLIN)
    poll.register(sys.stdin.fileno(), select.EPOLLIN)
    buffer = bytearray(1 << 20)
    tell(f"ready {len(sockets)}")
    read = 0
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == sys.stdin.fileno():
                tell(f"read {read} {len(sockets)}")
                return
            count = sockets[descriptor].recv_into(buffer)
            read += count
            if not count:
                poll.unregister(descriptor)
                sockets.pop(descriptor).close()


def main() -> None:
    """The command line of the helper."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["send", "watch"])
    parser.add_argument("--ports", default="")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--speed", type=float, default=1)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    if options.what == "send":
        send([int(port) for port in options.ports.split(",")], options.seconds, options.speed)
    else:
        watch(options.port, sys.stdin.readline().split())


if __name__ == "__main__":
    main()
