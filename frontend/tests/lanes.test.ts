import assert from "node:assert/strict";
import { test } from "node:test";
import { stretchAt } from "../src/timeline/lanes.ts";

const files = [
  { start_ms: 300_000, end_ms: 600_000 },
  { start_ms: 0, end_ms: 300_000 },
  { start_ms: 900_000, end_ms: 1_200_000 },
];

test("files that follow each other are one stretch, from whichever a seam is asked about", () => {
  for (const at of [0, 299_999, 300_000, 300_001]) assert.deepEqual(stretchAt(files, at), { start_ms: 0, end_ms: 600_000 });
});

test("outside and at the very end there is nothing to play", () => {
  for (const at of [599_500, 600_000, 700_000, 1_200_000]) assert.equal(stretchAt(files, at), null);
  assert.deepEqual(stretchAt(files, 900_000), { start_ms: 900_000, end_ms: 1_200_000 });
  assert.equal(stretchAt([], 0), null);
});
