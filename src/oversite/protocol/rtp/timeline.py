"""Repairs a sender's times: decoding times begin at 0, strictly increase and keep the media duration.

Senders' clocks wrap at 32 or 33 bits, stand still, step back, jump and restart. A time is believed when it
follows on the last one, or when as much real time has passed; otherwise the usual distance between pictures
takes its place, and later times are read relative to that.
"""

from oversite.protocol.media import CLOCK_90K, AccessUnit

_FALLBACK_INTERVAL_90K = 3_600
_STEP_90K_MAX = 90_000
"""A step up to this (or eight usual intervals) is believed without looking at the arrival time."""
_AGREEMENT_90K = 45_000
_REORDER_90K_MAX = 5 * CLOCK_90K
"""How far a picture may be shown after its decoding."""
_SYNC_90K_MAX = 5 * CLOCK_90K
"""How far audio may lie from the newest picture and still be on the same clock."""


def signed32(value: int) -> int:
    """The value modulo 2**32, nearest to zero; also right for differences of clocks that wrap at 33 bits."""
    return (value + 0x80000000 & 0xFFFFFFFF) - 0x80000000


class Timeline:
    """The common timeline of one stream's video and audio."""

    def __init__(self) -> None:
        self.repairs = 0
        """Times that were replaced or moved."""
        self.last_90k = -1
        """Decoding time of the newest picture; -1 before the first."""
        self._raw_90k = 0
        self._lead_90k = 0
        """How far the sender's time lies ahead of `last_90k`: below 0 while it stands still."""
        self.rtp_90k = 0
        """RTP time of the newest picture."""
        self._arrived_at = 0.0
        self._interval_90k = 0
        self._audio_90k = -1
        self._audio_duration_90k = 0

    def stamp_video(self, unit: AccessUnit, rtp_90k: int, now: float) -> None:
        """Replace the unit's times; it came with RTP time `rtp_90k`, at `now` (monotonic seconds)."""
        shown_after_90k = signed32(unit.pts_90k - unit.dts_90k)
        if self.last_90k < 0:
            out = max(self._audio_90k, 0)
            self._lead_90k = 0
        else:
            out = self._next(unit.dts_90k, rtp_90k, now)
        self._raw_90k = unit.dts_90k
        self.rtp_90k = rtp_90k
        self._arrived_at = now
        self.last_90k = unit.dts_90k = out
        unit.pts_90k = out + (shown_after_90k if 0 < shown_after_90k <= _REORDER_90K_MAX else 0)

    def _next(self, raw_90k: int, rtp_90k: int, now: float) -> int:
        delta = signed32(raw_90k - self._raw_90k)
        step = self._lead_90k + delta
        interval = self._interval_90k
        limit = max(_STEP_90K_MAX, 8 * interval)
        if 0 < step <= limit or (step > limit and self._agrees(step, now)):
            if step <= limit:
                self._interval_90k = step if not interval else interval + (step - interval) // 8
            self._lead_90k = 0
            return self.last_90k + step
        self.repairs += 1
        if 0 < delta <= limit:
            self._lead_90k = 0
            return self.last_90k + delta
        replacement = self._replacement(rtp_90k, now, limit)
        if -limit < step <= 0:
            self._lead_90k = step - replacement
        else:
            self._lead_90k = 0
        return self.last_90k + replacement

    def _agrees(self, step_90k: int, now: float) -> bool:
        """As much time has passed as the sender's clock says: a pause, not a jump."""
        elapsed_90k = (now - self._arrived_at) * CLOCK_90K
        return abs(elapsed_90k - step_90k) <= max(_AGREEMENT_90K, step_90k // 4)

    def _replacement(self, rtp_90k: int, now: float, limit_90k: int) -> int:
        rtp_step = signed32(rtp_90k - self.rtp_90k)
        if 0 < rtp_step <= limit_90k:
            return rtp_step
        elapsed_90k = int((now - self._arrived_at) * CLOCK_90K)
        if elapsed_90k > limit_90k:
            return elapsed_90k
        return self._interval_90k or (elapsed_90k if elapsed_90k > 0 else _FALLBACK_INTERVAL_90K)

    def stamp_audio(self, unit: AccessUnit, duration_90k: int, *, is_clock_shared: bool) -> None:
        """Replace the unit's times: on the picture clock where audio shares it, else end to end."""
        following = self._audio_90k + self._audio_duration_90k if self._audio_90k >= 0 else -1
        candidate = following
        if self.last_90k >= 0:
            offset = signed32(unit.dts_90k - self._raw_90k)
            if is_clock_shared and abs(offset) <= _SYNC_90K_MAX:
                candidate = self.last_90k + self._lead_90k + offset
            elif following < 0 or abs(following - self.last_90k) > _AGREEMENT_90K:
                candidate = self.last_90k
        out = max(candidate, self._audio_90k + 1, 0)
        self._audio_90k = out
        self._audio_duration_90k = duration_90k
        unit.dts_90k = unit.pts_90k = out
