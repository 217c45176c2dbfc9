import assert from "node:assert/strict";
import { test } from "node:test";
import { correction, PlayClock } from "../src/media/play_clock.ts";

test("the clock runs at its speed and stands when it is paused or held", () => {
  const clock = new PlayClock(1_000_000, 0);
  assert.equal(clock.at(5_000), 1_000_000);
  clock.play(5_000);
  assert.equal(clock.at(6_000), 1_001_000);
  clock.setSpeed(16, 6_000);
  assert.equal(clock.at(7_000), 1_017_000);
  clock.hold(true, 7_000);
  assert.equal(clock.at(9_000), 1_017_000);
  clock.hold(false, 9_000);
  assert.equal(clock.at(9_500), 1_025_000);
  clock.pause(9_500);
  assert.equal(clock.at(99_999), 1_025_000);
});

test("seeking keeps it playing", () => {
  const clock = new PlayClock(0, 0);
  clock.play(0);
  clock.seek(500_000, 1_000);
  assert.equal(clock.at(1_100), 500_100);
});

test("a small drift bends the rate, a large one jumps, none changes nothing", () => {
  assert.deepEqual(correction(0.01, 2), { jump: false, rate: 2 });
  const behind = correction(0.2, 1);
  assert.ok(!behind.jump && behind.rate > 1 && behind.rate < 1.13);
  const ahead = correction(-0.2, 1);
  assert.ok(!ahead.jump && ahead.rate < 1);
  assert.equal(correction(2, 1).jump, true);
  assert.equal(correction(2, 16).jump, false);
});

test("the rate stays within what browsers allow", () => {
  assert.equal(correction(4, 16).rate, 16);
});
