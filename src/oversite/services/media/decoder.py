"""The process that decodes: a stranger's bytes reach a decoder only here, where a crash harms nobody else.

Reads small MP4s from standard input (four bytes of length before each) and writes the last picture of each as JPEG to
standard output, framed the same way; no bytes where nothing could be decoded.
"""

import io
import struct
import sys
from typing import BinaryIO

import av
from av.video.frame import VideoFrame

LENGTH = struct.Struct(">I")
INPUT_BYTES_MAX = 32 << 20


def newest_picture(clip: bytes) -> bytes:
    """The last decodable picture of a clip as JPEG, or no bytes."""
    frame: VideoFrame | None = None
    try:
        with av.open(io.BytesIO(clip), format="mp4") as container:
            stream = container.streams.video[0]
            stream.thread_type = "SLICE"
            for packet in container.demux(stream):
                try:
                    for decoded in packet.decode():
                        frame = decoded
                except av.FFmpegError:
                    continue
    except (av.FFmpegError, IndexError):
        pass
    return b"" if frame is None else as_jpeg(frame)


def as_jpeg(frame: VideoFrame) -> bytes:
    """One picture as JPEG, full range as JPEG needs it."""
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = frame.width, frame.height
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = 1
    encoder.options = {"qscale": "3"}
    picture = frame.reformat(format="yuvj420p")
    picture.pts = 0
    packets = [*encoder.encode(picture), *encoder.encode(None)]
    return b"".join(bytes(packet) for packet in packets)


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer until the input ends."""
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        (size,) = LENGTH.unpack(head)
        if size > INPUT_BYTES_MAX:
            return
        picture = newest_picture(source.read(size))
        target.write(LENGTH.pack(len(picture)) + picture)
        target.flush()


if __name__ == "__main__":
    av.logging.set_level(None)
    serve(sys.stdin.buffer, sys.stdout.buffer)
