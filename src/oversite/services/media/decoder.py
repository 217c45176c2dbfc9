"""The process that decodes: a stranger's bytes reach a decoder only here, where a crash harms nobody else.

Reads small MP4s from standard input, before each its length (four bytes) and the time in 1/90000 s up to which pictures
count (eight bytes). Writes the last picture as JPEG to standard output after its length (four bytes); no bytes where
nothing could be decoded.
"""

import io
import struct
import sys
from fractions import Fraction
from typing import BinaryIO

import av
from av.video.frame import VideoFrame

QUESTION = struct.Struct(">IQ")
ANSWER = struct.Struct(">I")
INPUT_BYTES_MAX = 32 << 20


def newest_picture(clip: bytes, until_90k: int) -> bytes:
    """The last decodable picture of a clip not shown after `until_90k` as JPEG, or no bytes."""
    frame: VideoFrame | None = None
    try:
        with av.open(io.BytesIO(clip), "r", format="mp4") as container:
            stream = container.streams.video[0]
            stream.thread_type = "SLICE"
            for packet in container.demux(stream):
                try:
                    for decoded in packet.decode():
                        if frame is None or (decoded.pts or 0) <= until_90k:
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
    encoder.time_base = Fraction(1)
    encoder.options = {"qscale": "3"}
    picture = frame.reformat(format="yuvj420p")
    picture.pts = 0
    packets = [*encoder.encode(picture), *encoder.encode(None)]
    return b"".join(bytes(packet) for packet in packets)


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer until the input ends."""
    while len(head := source.read(QUESTION.size)) == QUESTION.size:
        size, until_90k = QUESTION.unpack(head)
        if size > INPUT_BYTES_MAX:
            return
        picture = newest_picture(source.read(size), until_90k)
        target.write(ANSWER.pack(len(picture)) + picture)
        target.flush()


if __name__ == "__main__":
    av.logging.set_level(None)
    serve(sys.stdin.buffer, sys.stdout.buffer)
