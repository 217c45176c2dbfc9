// What a live player does with its buffer: stays near the live edge, and gets over gaps. Pure, so that it is tested.
import { rangeAfter, rangeAt, type Range } from "./ranges.ts";

/** How far behind the newest picture playing aims to be, in seconds: three chunks of 200 ms. */
export const TARGET_S = 0.6;
/** Above this the player runs a little faster … */
export const HURRY_ABOVE_S = 1.2;
/** … until it is this near again … */
export const CALM_BELOW_S = 0.7;
/** … and above this it jumps. */
export const JUMP_ABOVE_S = 4;
export const HURRY_RATE = 1.08;
/** Seconds of the past that stay in the buffer, so that the decoder never loses its key frame. */
export const KEEP_BEHIND_S = 12;

export interface LiveBuffer {
  readonly ranges: readonly Range[];
  readonly position: number;
  readonly rate: number;
}

export type LiveMove =
  | { readonly kind: "stay" }
  | { readonly kind: "jump"; readonly to: number }
  | { readonly kind: "rate"; readonly rate: number };

const STAY: LiveMove = { kind: "stay" };

/** What to do now; called after each appended chunk and a few times per second. */
export function liveMove(buffer: LiveBuffer): LiveMove {
  const newest = buffer.ranges.at(-1);
  if (!newest) return STAY;
  const here = rangeAt(buffer.ranges, buffer.position);
  if (!here || here !== newest) return overGap(buffer, here, newest);
  const behind = newest.end - buffer.position;
  if (behind > JUMP_ABOVE_S) return { kind: "jump", to: edgeOf(newest) };
  if (behind > HURRY_ABOVE_S && buffer.rate < HURRY_RATE) return { kind: "rate", rate: HURRY_RATE };
  if (behind < CALM_BELOW_S && buffer.rate !== 1) return { kind: "rate", rate: 1 };
  return STAY;
}

/** Playing goes on in the newest range; what is left of an older one is shown first only while that is not late. */
function overGap(buffer: LiveBuffer, here: Range | null, newest: Range): LiveMove {
  const isLate = newest.end - buffer.position > HURRY_ABOVE_S;
  if (here && here.end - buffer.position > 0.1 && !isLate) return STAY;
  if (!here && buffer.position >= newest.end) return STAY;
  const next = rangeAfter(buffer.ranges, buffer.position) ?? newest;
  return { kind: "jump", to: isLate ? edgeOf(newest) : next.start + 0.01 };
}

function edgeOf(range: Range): number {
  return Math.max(range.start + 0.01, range.end - TARGET_S);
}

/** The instant before which the buffer may be emptied, or nothing. Removing seldom and much is cheaper. */
export function trimBefore(buffer: LiveBuffer): number | null {
  const first = buffer.ranges[0];
  const until = buffer.position - KEEP_BEHIND_S;
  return first && until - first.start > KEEP_BEHIND_S ? until : null;
}

/** Seconds between the newest received picture and the one that is shown. */
export function delayOf(buffer: LiveBuffer): number {
  const newest = buffer.ranges.at(-1);
  return newest ? Math.max(0, newest.end - buffer.position) : 0;
}
