"""A camera for the tests: real H.264 or H.265 in program streams over RTP, sent as fast or as slowly as asked."""

import functools
import io
import socket
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import count, islice

import av
import numpy as np

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.mux import PsMuxer
from oversite.protocol.rtp.framing import frame_packet
from oversite.protocol.rtp.sender import RtpSender

FRAME_90K = 3_600
GOP = 25
UID = "0c6f1e0a-3a5b-4a51-9d5e-2f3a7d0b9c11"
GB_ID = "34020000001320000001"
SSRC = "0100000001"


@functools.cache
def pictures(codec: str = "h264", frames: int = 100, width: int = 320, height: int = 192) -> list[AccessUnit]:
    """Encoded pictures at 25 a second, a key frame each second; the grey level rises with the number."""
    units = []
    name = {"h264": "libx264", "h265": "libx265"}[codec]
    with av.open(io.BytesIO(), "w", format=codec if codec == "h264" else "hevc") as container:
        stream = container.add_stream(name, rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        options = {"g": str(GOP), "bf": "0", "tune": "zerolatency", "preset": "ultrafast"}
        if codec == "h265":
            options = {"preset": "ultrafast", "x265-params": f"keyint={GOP}:min-keyint={GOP}:bframes=0:log-level=0"}
        stream.options = options
        stream.codec_context.time_base = Fraction(1, 25)
        noise = np.random.default_rng(1)
        for number in range(frames):
            image = np.full((height * 3 // 2, width), 128, np.uint8)
            image[:height] = 16 + number * 2 % 200
            image[: height // 2] += noise.integers(0, 16, (height // 2, width), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format="yuv420p")
            frame.pts = number
            units += [(packet.pts, packet.is_keyframe, bytes(packet)) for packet in stream.encode(frame)]
        units += [(packet.pts, packet.is_keyframe, bytes(packet)) for packet in stream.encode(None)]
    return [
        AccessUnit("video", Codec(codec), number * FRAME_90K, number * FRAME_90K, key, data)
        for number, (_, key, data) in enumerate(units)
    ]


def packets(
    codec: str = "h264", frames: int = 100, *, ssrc: str = SSRC, audio: bool = False, first_sequence: int = 0
) -> list[list[bytes]]:
    """The RTP packets of each frame; with `audio`, 40 ms of G.711A after each picture."""
    return list(endless_packets(codec, frames, ssrc=ssrc, audio=audio, first_sequence=first_sequence))


def endless_packets(
    codec: str = "h264", frames: int | None = None, *, ssrc: str = SSRC, audio: bool = False, first_sequence: int = 0
) -> Iterator[list[bytes]]:
    """The same one after another, without end where `frames` is none."""
    muxer = PsMuxer(video=Codec(codec), audio=Codec.G711A if audio else None)
    sender = RtpSender(ssrc=int(ssrc), first_sequence=first_sequence)
    for unit in islice(looped(codec), frames):
        group = sender.packetise(muxer.mux(unit), unit.dts_90k)
        if audio:
            sound = AccessUnit("audio", Codec.G711A, unit.dts_90k, unit.dts_90k, True, b"\xd5" * 320)
            group += sender.packetise(muxer.mux(sound), unit.dts_90k)
        yield group


def looped(codec: str) -> Iterator[AccessUnit]:
    """The clip again and again, with times that go on."""
    clip = pictures(codec)
    for number in count():
        unit = clip[number % len(clip)]
        yield AccessUnit("video", unit.codec, number * FRAME_90K, number * FRAME_90K, unit.is_key, unit.data)


class UdpCamera:
    """Sends to a port of the node; `source` is where it sends from."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, 0))
        self.sock.connect((host, port))
        self.source = self.sock.getsockname()

    def send(self, frames: list[list[bytes]], pace_seconds: float = 0.001) -> None:
        """Send frame after frame."""
        for group in frames:
            for packet in group:
                self.sock.send(packet)
            time.sleep(pace_seconds)

    def close(self) -> None:
        self.sock.close()


class TcpCamera:
    """Connects to a port of the node, or is connected to."""

    def __init__(self, port: int | None = None) -> None:
        self.listener: socket.socket | None = None
        self.sock: socket.socket | None = None
        if port is None:
            self.listener = socket.create_server(("127.0.0.1", 0))
        else:
            self.sock = socket.create_connection(("127.0.0.1", port), 5)

    @property
    def port(self) -> int:
        assert self.listener is not None
        return int(self.listener.getsockname()[1])

    def accept(self) -> None:
        assert self.listener is not None
        self.listener.settimeout(5)
        self.sock, _ = self.listener.accept()

    def send(self, frames: list[list[bytes]], pace_seconds: float = 0.001) -> None:
        assert self.sock is not None
        for group in frames:
            self.sock.sendall(b"".join(frame_packet(packet) for packet in group))
            time.sleep(pace_seconds)

    def close(self) -> None:
        for item in (self.sock, self.listener):
            if item is not None:
                item.close()


class SteadyCamera:
    """Sends at its own pace from a thread until closed: 25 pictures a second, or `speed` times that."""

    def __init__(self, port: int, speed: float = 1.0, *, codec: str = "h264") -> None:
        self.camera = UdpCamera(port)
        self.sent_frames = 0
        self._frames = endless_packets(codec)
        self._speed = speed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        began = time.monotonic()
        for number, group in enumerate(self._frames):
            if self._stop.wait(max(began + number * 0.04 / self._speed - time.monotonic(), 0)):
                return
            for packet in group:
                try:
                    self.camera.sock.send(packet)
                except OSError:
                    continue
            self.sent_frames = number + 1

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self.camera.close()
