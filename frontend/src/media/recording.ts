// Where in which file an instant is recorded, and what to fetch next. Pure, so that it is tested.
import { rangeAt, type Range } from "./ranges.ts";

/** `[offset, size, start_90k, duration_90k, is_key]` as the media service's index gives it. */
export type FragmentEntry = readonly [number, number, number, number, boolean | number];

export interface IndexedSegment {
  readonly id: string | number;
  readonly mime: string;
  readonly init: readonly [number, number];
  readonly fragments: readonly FragmentEntry[];
}

export interface SegmentPlace {
  readonly id: string | number;
  readonly url: string;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly mime?: string;
}

/** One file on the wall clock. */
export interface Segment {
  readonly url: string;
  readonly mime: string;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly init: readonly [number, number];
  readonly fragments: readonly FragmentEntry[];
}

/** Bytes to fetch: the fragments `from` up to but without `until` of a segment. */
export interface Fetch {
  readonly segment: Segment;
  readonly from: number;
  readonly until: number;
}

export const REQUEST_BYTES = 1_500_000;
/** Files follow one another with a few milliseconds between; that is no gap. */
export const SEAM_MS = 600;

/** The recorded files of one camera, in order. */
export class Recording {
  readonly origin_ms: number;
  readonly segments: readonly Segment[];

  constructor(origin_ms: number, places: readonly SegmentPlace[], indexed: readonly IndexedSegment[]) {
    this.origin_ms = origin_ms;
    const byId = new Map(indexed.map((each) => [String(each.id), each]));
    this.segments = places
      .flatMap((place) => {
        const found = byId.get(String(place.id));
        return found && found.fragments.length > 0 ? [joined(place, found)] : [];
      })
      .toSorted((one, other) => one.start_ms - other.start_ms);
  }

  segmentAt(at_ms: number): Segment | null {
    return this.segments.find((each) => at_ms >= each.start_ms && at_ms < each.end_ms) ?? null;
  }

  /** Whether nothing is recorded at an instant; the seam between two files does not count. */
  isGap(at_ms: number): boolean {
    if (this.segmentAt(at_ms)) return false;
    const next = this.nextStart(at_ms);
    const before = this.segments.findLast((each) => each.end_ms <= at_ms);
    return !(next !== null && before && next - before.end_ms <= SEAM_MS);
  }

  /** The first recorded instant at or after one, or nothing. */
  nextStart(at_ms: number): number | null {
    if (this.segmentAt(at_ms)) return at_ms;
    return this.segments.find((each) => each.start_ms >= at_ms)?.start_ms ?? null;
  }

  /** Seconds on the media axis: since the origin. */
  seconds(at_ms: number): number {
    return (at_ms - this.origin_ms) / 1000;
  }

  /**
   * What to fetch next, so that playing from `at_ms` is covered for `ahead_s`; nothing when it is.
   * `buffered` is on the media axis.
   */
  nextFetch(at_ms: number, ahead_s: number, buffered: readonly Range[]): Fetch | null {
    let wanted_ms = this.nextStart(at_ms);
    const limit_ms = at_ms + ahead_s * 1000;
    while (wanted_ms !== null && wanted_ms < limit_ms) {
      const range = rangeAt(buffered, this.seconds(wanted_ms), 0.02);
      const segment = this.segmentAt(wanted_ms);
      if (!segment) return null;
      if (!range) return fetchFrom(segment, fragmentAt(segment, wanted_ms));
      const covered_ms = this.origin_ms + range.end * 1000;
      const at = segment.end_ms - covered_ms < 40 ? segment.end_ms : covered_ms + 1;
      wanted_ms = this.nextStart(Math.max(at, wanted_ms + 1));
    }
    return null;
  }
}

/** Playing goes on this long before footage begins again: the words in a gap stay long enough to be read. */
const LEAD_IN_MS = 1_200;

/**
 * Where playing goes on from an instant at which none of the recordings has footage: shortly before the next of any,
 * nothing where that is near already, and "end" where none follows.
 */
export function afterGap(at_ms: number, recordings: readonly Recording[]): number | "end" | null {
  const starts = recordings.flatMap((each) => each.nextStart(at_ms) ?? []);
  if (starts.length === 0) return "end";
  const next_ms = Math.min(...starts);
  return next_ms - at_ms > LEAD_IN_MS + 300 ? next_ms - LEAD_IN_MS : null;
}

/** Where the media of a segment begins on the media axis, for `timestampOffset`; its own times begin at 0. */
export function offsetOf(recording: Recording, segment: Segment): number {
  return recording.seconds(segment.start_ms);
}

/** The fragment at an instant, moved back to one that begins with a key frame. */
export function fragmentAt(segment: Segment, at_ms: number): number {
  const wanted_90k = (at_ms - segment.start_ms) * 90;
  let low = 0;
  let high = segment.fragments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segment.fragments[middle]?.[2] ?? 0) <= wanted_90k) low = middle;
    else high = middle - 1;
  }
  while (low > 0 && !segment.fragments[low]?.[4]) low -= 1;
  return low;
}

/** The byte range `[first, last]` of a fetch, both included as HTTP counts them. */
export function bytesOf(fetch: Fetch): readonly [number, number] {
  const first = fetch.segment.fragments[fetch.from];
  const last = fetch.segment.fragments[fetch.until - 1];
  if (!first || !last) throw new RangeError("an empty fetch");
  return [first[0], last[0] + last[1] - 1];
}

function fetchFrom(segment: Segment, from: number): Fetch {
  let until = from;
  let size = 0;
  while (until < segment.fragments.length) {
    size += segment.fragments[until]?.[1] ?? 0;
    if (until > from && size > REQUEST_BYTES) break;
    until += 1;
  }
  return { segment, from, until };
}

function joined(place: SegmentPlace, found: IndexedSegment): Segment {
  const last = found.fragments.at(-1);
  const media_ms = last ? (last[2] + last[3]) / 90 : 0;
  return {
    url: place.url,
    mime: found.mime || place.mime || "",
    start_ms: place.start_ms,
    end_ms: place.start_ms + media_ms,
    init: found.init,
    fragments: found.fragments,
  };
}
