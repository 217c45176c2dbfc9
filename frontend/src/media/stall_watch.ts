// Notices that a live picture stands still, and says what helps. Pure: time is passed in, in milliseconds.

export const SILENT_MS = 3_000;
export const RECONNECT_MS = 9_000;
export const FROZEN_MS = 2_500;

export type Verdict = "fine" | "silent" | "reconnect" | "frozen" | "rebuild";

/**
 * Two ways to stand still: no data arrives (`silent`, later `reconnect`), or data arrives and the picture does not
 * move (`frozen`: jump to the edge; the second time in a row `rebuild` the decoder).
 */
export class StallWatch {
  #data_at: number;
  #moved_at: number;
  #position = -1;
  #frozen_count = 0;

  constructor(now: number) {
    this.#data_at = now;
    this.#moved_at = now;
  }

  received(now: number): void {
    this.#data_at = now;
  }

  /** A hidden page is not painted, and the media service may send it nothing: neither is a fault. */
  excuse(now: number): void {
    this.#data_at = now;
    this.#moved_at = now;
  }

  look(now: number, position: number, ahead_s: number): Verdict {
    if (position !== this.#position) {
      this.#position = position;
      this.#moved_at = now;
      if (ahead_s >= 0 && now - this.#data_at < SILENT_MS) this.#frozen_count = 0;
    }
    const silent_ms = now - this.#data_at;
    if (silent_ms >= RECONNECT_MS) return "reconnect";
    if (silent_ms >= SILENT_MS) return "silent";
    if (ahead_s > 0.3 && now - this.#moved_at >= FROZEN_MS) {
      this.#moved_at = now;
      this.#frozen_count += 1;
      return this.#frozen_count > 1 ? "rebuild" : "frozen";
    }
    return "fine";
  }
}

/** Waiting before the next attempt: 1, 2, 4, 8, then 15 seconds, a little apart so that panes do not march in step. */
export function retryDelay(attempt: number, chance: number): number {
  return Math.round(Math.min(15_000, 1_000 * 2 ** attempt) * (0.85 + 0.3 * chance));
}
