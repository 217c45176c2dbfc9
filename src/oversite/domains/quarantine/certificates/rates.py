"""How often a caller may ask: counted in this process, bounded in memory."""

from collections import OrderedDict
from dataclasses import dataclass, field

CALLERS_AT_MOST = 20_000


@dataclass(slots=True)
class RateLimit:
    """A bucket per caller that fills at `per_minute`; the callers who asked longest ago are forgotten first."""

    per_minute: int
    buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def is_allowed(self, caller: str, now: float) -> bool:
        """Whether `caller` may ask at `now` (seconds); asking counts."""
        left, since = self.buckets.pop(caller, (float(self.per_minute), now))
        left = min(self.per_minute, left + max(0.0, now - since) * self.per_minute / 60)
        is_allowed = left >= 1
        self.buckets[caller] = (left - 1 if is_allowed else left, now)
        if len(self.buckets) > CALLERS_AT_MOST:
            self.buckets.popitem(last=False)
        return is_allowed
