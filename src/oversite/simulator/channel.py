"""One camera of a device: its place, its head, what it has recorded, and the streams that are watched just now."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from oversite.protocol.gb28181.osd import OsdSettings
from oversite.protocol.media import AccessUnit, Codec
from oversite.simulator.archive import Archive
from oversite.simulator.clock import DeviceClock
from oversite.simulator.encoder import AUDIO_CHUNK_90K, Sound, VideoEncoder
from oversite.simulator.misbehaviour import Misbehaviour
from oversite.simulator.picture import MAIN, SUB, Painter
from oversite.simulator.ptz_head import PtzHead
from oversite.simulator.scene import Scene


@dataclass(frozen=True, slots=True)
class StreamKind:
    """What a channel sends: the codec of its pictures, and whether it has sound."""

    codec: Codec
    has_audio: bool


class Channel:
    """A camera. `name` stands in the catalogue, `title` in the picture (Latin letters and digits only)."""

    def __init__(
        self,
        *,
        gb_id: str,
        name: str,
        title: str,
        kind: StreamKind,
        clock: DeviceClock,
        faults: AbstractSet[Misbehaviour],
        archive: Archive,
    ) -> None:
        self.gb_id = gb_id
        self.name = name
        self.title = title
        self.kind = kind
        self.clock = clock
        self.faults = faults
        self.archive = archive
        self.head = PtzHead()
        self.is_online = True
        self.is_guarded = False
        self.screen: OsdSettings | None = None

    @cached_property
    def scene(self) -> Scene:
        """Painted when somebody looks for the first time."""
        return Scene(int(self.gb_id[-9:]))

    def sequence(self, stream_number: int, *, from_archive: bool = False) -> PictureSequence:
        """Pictures in a row, for one encoder. Stream 0 is the main one, any other the sub-stream."""
        return PictureSequence(self, stream_number, from_archive=from_archive)


class PictureSequence:
    """Paints and encodes one picture after the other, with the sound between them."""

    def __init__(self, channel: Channel, stream_number: int, *, from_archive: bool) -> None:
        size = MAIN if stream_number == 0 else SUB
        self._channel = channel
        self._faults: AbstractSet[Misbehaviour] = frozenset() if from_archive else channel.faults
        self._painter = Painter(channel.scene, size, channel.title)
        self._size = size
        self._encoder = VideoEncoder(channel.kind.codec, size)
        self._sound = Sound()
        self._sound_until_90k: int | None = None

    def restart(self) -> None:
        """Begin a new group with the next picture, whatever its time."""
        self._encoder = VideoEncoder(self._channel.kind.codec, self._size)
        self._sound_until_90k = None

    def units(self, at: float, pts_90k: int, *, is_key: bool = False, is_silent: bool = False) -> list[AccessUnit]:
        """The picture of an instant (seconds since 1970) and the sound up to it."""
        head = self._channel.head
        picture = self._painter.paint(
            head.pose_at(at), at, self._faults, is_wiping=head.is_wiping, screen=self._channel.screen
        )
        units = self._encoder.encode(picture, pts_90k, is_key=is_key)
        if self._channel.kind.has_audio and not is_silent:
            units += self._sound_up_to(pts_90k, at)
        return units

    def _sound_up_to(self, pts_90k: int, at: float) -> list[AccessUnit]:
        if self._sound_until_90k is None or not 0 <= pts_90k - self._sound_until_90k < 10 * AUDIO_CHUNK_90K:
            self._sound_until_90k = pts_90k - AUDIO_CHUNK_90K
        units = []
        while self._sound_until_90k + AUDIO_CHUNK_90K <= pts_90k:
            number = int((at - (pts_90k - self._sound_until_90k) / 90_000) * 25)
            units.append(self._sound.chunk(number, self._sound_until_90k))
            self._sound_until_90k += AUDIO_CHUNK_90K
        return units
