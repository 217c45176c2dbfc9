import assert from "node:assert/strict";
import { test } from "node:test";
import { dayStart } from "../src/beijing.ts";
import { DAY_MS, keyStep, selectionOf, SHORTEST_MS, TimeScale } from "../src/timeline/scale.ts";

const start = dayStart("2026-11-21");
const whole = TimeScale.whole(start, start + DAY_MS, 960);

test("a Beijing day begins at 16:00 UTC of the day before", () => {
  assert.equal(new Date(start).toISOString(), "2026-11-20T16:00:00.000Z");
});

test("pixels and instants are each other's inverse", () => {
  for (const x of [0, 1, 123.5, 480, 960]) assert.ok(Math.abs(whole.x(whole.ms(x)) - x) < 1e-6);
  assert.equal(whole.ms(480), start + DAY_MS / 2);
  assert.equal(whole.ms(-5), start);
  assert.equal(whole.ms(2000), start + DAY_MS);
});

test("zooming keeps the instant under the pointer where it is", () => {
  const anchor = start + 5 * 3_600_000;
  const zoomed = whole.zoomed(4, anchor);
  assert.equal(zoomed.length_ms, DAY_MS / 4);
  assert.ok(Math.abs(zoomed.x(anchor) - whole.x(anchor)) < 1e-6);
});

test("it zooms no nearer than a minute, and no farther than the day", () => {
  const nearest = whole.zoomed(1e9, start + 1000);
  assert.equal(nearest.length_ms, SHORTEST_MS);
  const back = nearest.zoomed(0, start + 1000);
  assert.equal(back.start_ms, start);
  assert.equal(back.end_ms, start + DAY_MS);
});

test("moving stops at the ends of the day", () => {
  const hour = whole.zoomed(24, start);
  assert.equal(hour.moved(-5_000).start_ms, start);
  assert.equal(hour.moved(9 * DAY_MS).end_ms, start + DAY_MS);
});

test("an instant outside is brought into view, one inside moves nothing", () => {
  const hour = whole.zoomed(24, start);
  assert.equal(hour.showing(start + 60_000), hour);
  const other = hour.showing(start + 7 * 3_600_000);
  assert.ok(other.start_ms < start + 7 * 3_600_000 && other.end_ms > start + 7 * 3_600_000);
  assert.equal(other.length_ms, hour.length_ms);
});

test("ticks stand at round Beijing times, far enough apart, and the day ends at 24:00", () => {
  const ticks = whole.ticks();
  assert.equal(ticks[0]?.label, "00:00");
  assert.equal(ticks.at(-1)?.label, "24:00");
  const gaps = ticks.slice(1).map((tick, index) => whole.x(tick.at_ms) - whole.x(ticks[index]?.at_ms ?? 0));
  assert.ok(Math.min(...gaps) >= 64);
  const near = whole.zoomed(DAY_MS / SHORTEST_MS, start + 6_000_000).ticks();
  assert.match(near[0]?.label ?? "", /^\d\d:\d\d:\d[05]$/);
});

test("a key moves by what can be told apart at this zoom", () => {
  assert.equal(keyStep(60_000, false), 1_000);
  assert.equal(keyStep(DAY_MS, false), 60_000);
  assert.equal(keyStep(DAY_MS, true), 600_000);
});

test("a selection has its ends in order, and under a second it is none", () => {
  assert.deepEqual(selectionOf(5_000, 2_000), { start_ms: 2_000, end_ms: 5_000 });
  assert.equal(selectionOf(5_000, 5_900), null);
});
