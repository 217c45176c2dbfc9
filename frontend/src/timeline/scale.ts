// The arithmetic of the time line: instants and pixels, zoom and ticks. Pure, so that it is tested.

export const DAY_MS = 86_400_000;
export const SHORTEST_MS = 60_000;

const BEIJING_MS = 8 * 3_600_000;
const STEPS_MS: readonly number[] = [
  1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000,
];

export interface Tick {
  readonly at_ms: number;
  readonly label: string;
}

/** The part of the day that is shown, on a width in pixels. */
export class TimeScale {
  readonly first_ms: number;
  readonly last_ms: number;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly width: number;

  constructor(first_ms: number, last_ms: number, start_ms: number, end_ms: number, width: number) {
    const length = Math.min(Math.max(end_ms - start_ms, SHORTEST_MS), last_ms - first_ms);
    const start = Math.min(Math.max(start_ms, first_ms), last_ms - length);
    this.first_ms = first_ms;
    this.last_ms = last_ms;
    this.start_ms = start;
    this.end_ms = start + length;
    this.width = Math.max(1, width);
  }

  static whole(first_ms: number, last_ms: number, width: number): TimeScale {
    return new TimeScale(first_ms, last_ms, first_ms, last_ms, width);
  }

  get length_ms(): number {
    return this.end_ms - this.start_ms;
  }

  get ms_per_pixel(): number {
    return this.length_ms / this.width;
  }

  x(at_ms: number): number {
    return ((at_ms - this.start_ms) / this.length_ms) * this.width;
  }

  /** The instant under a pixel, held within what is shown. */
  ms(x: number): number {
    return this.start_ms + (Math.min(Math.max(x, 0), this.width) / this.width) * this.length_ms;
  }

  /** Zoomed so that the instant `anchor_ms` stays where it is; a factor above 1 shows less. */
  zoomed(factor: number, anchor_ms: number): TimeScale {
    const length = Math.min(Math.max(this.length_ms / factor, SHORTEST_MS), this.last_ms - this.first_ms);
    const share = (anchor_ms - this.start_ms) / this.length_ms;
    const start = anchor_ms - share * length;
    return new TimeScale(this.first_ms, this.last_ms, start, start + length, this.width);
  }

  moved(by_ms: number): TimeScale {
    return new TimeScale(this.first_ms, this.last_ms, this.start_ms + by_ms, this.end_ms + by_ms, this.width);
  }

  resized(width: number): TimeScale {
    return new TimeScale(this.first_ms, this.last_ms, this.start_ms, this.end_ms, width);
  }

  /** Moved as little as brings an instant into view; the same scale when it is there already. */
  showing(at_ms: number): TimeScale {
    if (at_ms >= this.start_ms && at_ms <= this.end_ms) return this;
    return this.moved(at_ms - (this.start_ms + this.length_ms * 0.1));
  }

  /** Ticks at round Beijing times with at least `gap` pixels between them. */
  ticks(gap = 64): Tick[] {
    const least = gap * this.ms_per_pixel;
    const step = STEPS_MS.find((each) => each >= least) ?? 4 * 3_600_000;
    const ticks: Tick[] = [];
    const first = Math.ceil((this.start_ms + BEIJING_MS) / step) * step - BEIJING_MS;
    for (let at_ms = first; at_ms <= this.end_ms; at_ms += step) {
      const text = new Date(at_ms + BEIJING_MS).toISOString();
      const isEnd = at_ms === this.last_ms && text.slice(11, 19) === "00:00:00";
      ticks.push({ at_ms, label: isEnd ? "24:00" : text.slice(11, step < 60_000 ? 19 : 16) });
    }
    return ticks;
  }
}

/** What an arrow key moves: a second when zoomed in, else a share of what is shown; with Shift ten times that. */
export function keyStep(length_ms: number, isLarge: boolean): number {
  const step = length_ms <= 10 * 60_000 ? 1_000 : length_ms <= 2 * 3_600_000 ? 10_000 : 60_000;
  return isLarge ? step * 10 : step;
}

export interface Selection {
  readonly start_ms: number;
  readonly end_ms: number;
}

/** A selection from two instants in any order; shorter than a second it is none. */
export function selectionOf(one_ms: number, other_ms: number): Selection | null {
  const start_ms = Math.round(Math.min(one_ms, other_ms));
  const end_ms = Math.round(Math.max(one_ms, other_ms));
  return end_ms - start_ms < 1_000 ? null : { start_ms, end_ms };
}
