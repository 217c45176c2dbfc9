"""A playback that does not run at the speed of life: its pictures are shown as they come (quirk 26)."""

from oversite.protocol.media import AccessUnit

INTERVAL_90K = 3_600
LEAST_90K = 90
PAUSE_SECONDS = 1.0


class Pace:
    """Times of the pictures of one playback.

    Devices that play faster send more pictures and leave the times as they were recorded, or scale them, or say OK
    and go on as before. So while another speed than 1 is commanded the time of arrival counts: a viewer that plays
    at the speed of life then sees what the device does, and neither falls behind nor runs dry.
    """

    def __init__(self) -> None:
        self._is_scaled = False
        self._shift_90k: int | None = 0
        self._anchor: tuple[float, int] | None = None
        self._last_90k = -INTERVAL_90K
        self._heard_at = 0.0
        self._raw_90k: int | None = None
        self._scale = 1.0
        self.position_90k = 0
        """How far into the recording the newest picture was taken: from the start of what was asked for."""

    def follow(self, scale: float) -> None:
        """Another speed is commanded; 1 is the speed of life."""
        self._scale, self._is_scaled = scale, scale != 1
        self._shift_90k = self._anchor = None

    def go_to(self, position_90k: int) -> None:
        """The device was told to go on from there; what it sends next was taken then."""
        self.position_90k, self._raw_90k = position_90k, None

    def restamp(self, unit: AccessUnit, now: float) -> bool:
        """Set the times of a unit that came at `now`; false for sound that fits no picture any more."""
        if unit.kind == "audio":
            return self._restamp_audio(unit)
        raw_90k, next_90k = unit.dts_90k, self._last_90k + INTERVAL_90K
        self._move(raw_90k, now)
        if self._is_scaled:
            if self._anchor is None or now - self._heard_at > PAUSE_SECONDS:
                self._anchor = now, next_90k
            out_90k = self._anchor[1] + int((now - self._anchor[0]) * 90_000)
        else:
            if self._shift_90k is None:
                self._shift_90k = next_90k - raw_90k
            out_90k = raw_90k + self._shift_90k
        out_90k = max(out_90k, self._last_90k + LEAST_90K)
        unit.pts_90k += out_90k - raw_90k
        unit.dts_90k = self._last_90k = out_90k
        self._heard_at = now
        return True

    def _move(self, raw_90k: int, now: float) -> None:
        """The recording has gone on by what the picture's time says; at another speed by what was commanded. In a
        pause it stands, whatever the clock of the device does.
        """
        silent_s = now - self._heard_at
        if self._raw_90k is not None:
            step_90k = raw_90k - self._raw_90k
            if silent_s > PAUSE_SECONDS:
                step_90k = min(step_90k, INTERVAL_90K)
            elif self._is_scaled:
                step_90k = int(silent_s * self._scale * 90_000)
            self.position_90k = max(self.position_90k + step_90k, 0)
        self._raw_90k = raw_90k

    def _restamp_audio(self, unit: AccessUnit) -> bool:
        if self._is_scaled or self._shift_90k is None:
            return False
        unit.dts_90k += self._shift_90k
        unit.pts_90k += self._shift_90k
        return unit.dts_90k >= 0
