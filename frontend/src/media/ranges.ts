/** A stretch of media time in seconds: `start` belongs to it, `end` does not. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function rangesOf(buffered: TimeRanges): Range[] {
  return Array.from({ length: buffered.length }, (_, index) => ({
    start: buffered.start(index),
    end: buffered.end(index),
  }));
}

/** The range around a position; a hair before its start counts too, because decoders round. */
export function rangeAt(ranges: readonly Range[], position: number, slack = 0.05): Range | null {
  return ranges.find((range) => position >= range.start - slack && position < range.end) ?? null;
}

/** The first range that starts after a position. */
export function rangeAfter(ranges: readonly Range[], position: number): Range | null {
  return ranges.find((range) => range.start > position) ?? null;
}
