import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayClock } from "../src/media/play_clock.ts";
import { afterGap, Recording } from "../src/media/recording.ts";

const ORIGIN = Date.UTC(2026, 10, 20, 16);
const TICK_MS = 100;

/** Files that begin at these seconds and last ten each. */
function recording(...starts_s: number[]): Recording {
  const places = starts_s.map((start_s) => {
    const start_ms = ORIGIN + start_s * 1000;
    return { id: start_s, url: `${start_s}.mp4`, start_ms, end_ms: start_ms + 10_000 };
  });
  const fragments = Array.from({ length: 5 }, (_, n) => [800 + n, 1, n * 180_000, 180_000, true] as const);
  return new Recording(ORIGIN, places, starts_s.map((id) => ({ id, mime: "", init: [0, 800] as const, fragments })));
}

/** Plays as the stage does, tick by tick; the instants at which none of the panes had footage, and where it ended. */
function play(recordings: readonly Recording[], from_s: number, ticks: number): { gaps_s: number[]; at_s: number; ended: boolean } {
  const clock = new PlayClock(ORIGIN + from_s * 1000, 0);
  const gaps_s: number[] = [];
  clock.play(0);
  for (let tick = 1; tick <= ticks && clock.isPlaying; tick += 1) {
    const now = tick * TICK_MS;
    const at_ms = clock.at(now);
    if (!recordings.every((each) => each.isGap(at_ms))) continue;
    gaps_s.push((at_ms - ORIGIN) / 1000);
    const next = afterGap(at_ms, recordings);
    if (next === "end") clock.pause(now);
    else if (next !== null) clock.seek(next, now);
  }
  return { gaps_s, at_s: (clock.at(ticks * TICK_MS) - ORIGIN) / 1000, ended: !clock.isPlaying };
}

test("playing passes over an hour without footage, and shows the gap on the way", () => {
  const { gaps_s, at_s } = play([recording(0, 3_600)], 9, 50);
  assert.ok(at_s > 3_601 && at_s < 3_603, `four seconds later it plays on at ${at_s}`);
  assert.ok(gaps_s.length > 10, "the words of the gap stand for more than a second");
  assert.ok(gaps_s.every((at) => at < 10.2 || at >= 3_598.8), "nobody waits through the hour");
});

test("a gap of a second is played through", () => {
  const { at_s } = play([recording(0, 11)], 9, 30);
  assert.equal(at_s, 12);
});

test("with several panes the clock goes on where the first of them has footage again", () => {
  const { at_s } = play([recording(0, 3_600), recording(0, 1_800)], 9, 50);
  assert.ok(at_s > 1_801 && at_s < 1_803, `it plays on at ${at_s}`);
});

test("where one pane has footage nothing is passed over", () => {
  const { gaps_s, at_s } = play([recording(0, 3_600), recording(0, 10, 20)], 9, 100);
  assert.deepEqual(gaps_s, []);
  assert.equal(at_s, 19);
});

test("after the last footage playing stops", () => {
  const { ended, at_s } = play([recording(0)], 9, 50);
  assert.ok(ended);
  assert.ok(at_s >= 10 && at_s < 10.2);
});
