"""When a media time was received: arrival of the first packet, plus media time, gently corrected."""

CORRECTION_PPM = 500
WINDOW_90K = 10 * 90_000
AHEAD_US_MAX = 1_000_000
"""A picture cannot arrive before it is taken: media time that runs ahead by more has jumped."""
BEHIND_US_MAX = 1_000_000
"""Later than this through a whole window is no delay of the network: pictures are missing."""
SILENCE_US = 5_000_000


class WallTime:
    """Maps the media time of one stream to UTC microseconds.

    A late arrival may be the network's doing, an early one never, so the least delay of each ten seconds is taken
    for the truth and approached by at most 500 ppm. `has_slipped` says that the mapping no longer holds: the file
    is to be closed, and the next begins with a mapping of its own.
    """

    def __init__(self, media_90k: int, wall_us: int) -> None:
        self.has_slipped = False
        self._media_90k = media_90k
        self._wall_us = wall_us
        self._window_start_90k = media_90k
        self._least_delay_us: int | None = None
        self._last_media_90k = media_90k
        self._last_arrival_us = wall_us

    def at(self, media_90k: int) -> int:
        """UTC microseconds of a media time."""
        return self._wall_us + (media_90k - self._media_90k) * 100 // 9

    def observe(self, media_90k: int, arrival_us: int) -> None:
        """A picture of this media time has just arrived."""
        delay_us = arrival_us - self.at(media_90k)
        media_us = (media_90k - self._last_media_90k) * 100 // 9
        silence_us = arrival_us - self._last_arrival_us
        if delay_us < -AHEAD_US_MAX or (silence_us > SILENCE_US and media_us < silence_us // 2):
            self.has_slipped = True
        self._last_media_90k, self._last_arrival_us = media_90k, arrival_us
        if self._least_delay_us is None or delay_us < self._least_delay_us:
            self._least_delay_us = delay_us
        if media_90k - self._window_start_90k >= WINDOW_90K:
            self._correct(media_90k)

    def _correct(self, media_90k: int) -> None:
        delay_us = self._least_delay_us or 0
        if delay_us > BEHIND_US_MAX:
            self.has_slipped = True
        elapsed_us = (media_90k - self._window_start_90k) * 100 // 9
        most_us = elapsed_us * CORRECTION_PPM // 1_000_000
        step_us = max(-most_us, min(most_us, delay_us))
        self._wall_us = self.at(media_90k) + step_us
        self._media_90k = media_90k
        self._window_start_90k = media_90k
        self._least_delay_us = None
