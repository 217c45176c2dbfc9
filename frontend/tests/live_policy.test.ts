import assert from "node:assert/strict";
import { test } from "node:test";
import { delayOf, HURRY_RATE, liveMove, TARGET_S, trimBefore } from "../src/media/live_policy.ts";

const one = (start: number, end: number) => [{ start, end }];

test("nothing happens before the first picture", () => {
  assert.deepEqual(liveMove({ ranges: [], position: 0, rate: 1 }), { kind: "stay" });
});

test("a stream that began long ago is entered near its newest picture", () => {
  assert.deepEqual(liveMove({ ranges: one(3600, 3602), position: 0, rate: 1 }), { kind: "jump", to: 3602 - TARGET_S });
});

test("a first chunk shorter than the aim is entered at its start", () => {
  const move = liveMove({ ranges: one(100, 100.2), position: 0, rate: 1 });
  assert.equal(move.kind, "jump");
  assert.ok(move.kind === "jump" && move.to > 100 && move.to < 100.1);
});

test("near the edge it plays on; late it hurries; very late it jumps", () => {
  assert.equal(liveMove({ ranges: one(0, 10), position: 9.4, rate: 1 }).kind, "stay");
  assert.deepEqual(liveMove({ ranges: one(0, 10), position: 8.5, rate: 1 }), { kind: "rate", rate: HURRY_RATE });
  assert.deepEqual(liveMove({ ranges: one(0, 10), position: 5, rate: 1 }), { kind: "jump", to: 10 - TARGET_S });
});

test("it stops hurrying only when it is near again, so that the rate does not swing", () => {
  assert.equal(liveMove({ ranges: one(0, 10), position: 9.0, rate: HURRY_RATE }).kind, "stay");
  assert.deepEqual(liveMove({ ranges: one(0, 10), position: 9.4, rate: HURRY_RATE }), { kind: "rate", rate: 1 });
});

test("a gap is jumped when what lies before it is played", () => {
  const ranges = [...one(0, 10), ...one(10.5, 10.9)];
  assert.equal(liveMove({ ranges, position: 9.75, rate: 1 }).kind, "stay");
  const move = liveMove({ ranges, position: 9.97, rate: 1 });
  assert.ok(move.kind === "jump" && Math.abs(move.to - 10.51) < 1e-9);
});

test("after a long gap the old rest is left unseen", () => {
  const ranges = [...one(0, 10), ...one(30, 32)];
  assert.deepEqual(liveMove({ ranges, position: 8, rate: 1 }), { kind: "jump", to: 32 - TARGET_S });
});

test("at the very end it waits for data and does not jump to and fro", () => {
  assert.equal(liveMove({ ranges: one(0, 10), position: 10, rate: 1 }).kind, "stay");
});

test("the past is dropped seldom, and never near the picture", () => {
  assert.equal(trimBefore({ ranges: one(0, 20), position: 19, rate: 1 }), null);
  assert.equal(trimBefore({ ranges: one(0, 40), position: 39, rate: 1 }), 27);
});

test("the delay is that of the picture shown", () => {
  assert.equal(delayOf({ ranges: one(5, 10), position: 9.25, rate: 1 }), 0.75);
  assert.equal(delayOf({ ranges: [], position: 0, rate: 1 }), 0);
});
