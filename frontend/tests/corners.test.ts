import assert from "node:assert/strict";
import { test } from "node:test";
import { asText, fromNumbers, moved, stepOf, WHOLE } from "../src/papers/corners.ts";

test("a corner never leaves the photograph", () => {
  assert.deepEqual(moved(WHOLE, 0, [-0.2, 0.3])[0], [0, 0.3]);
  assert.deepEqual(moved(WHOLE, 2, [1.7, 0.9])[2], [1, 0.9]);
  assert.deepEqual(moved(WHOLE, 1, [0.8, 0.1])[3], [0, 1]);
});

test("corners go to the server and back", () => {
  const corners = moved(WHOLE, 1, [0.75, 0.125]);
  assert.equal(asText(corners), "0.0000,0.0000,0.7500,0.1250,1.0000,1.0000,0.0000,1.0000");
  assert.deepEqual(fromNumbers(asText(corners).split(",").map(Number)), corners);
  assert.equal(fromNumbers([1, 2, 3]), null);
  assert.equal(fromNumbers([0, 0, 1, 0, 1, 1, 0, Number.NaN]), null);
});

test("arrow keys move a corner, with shift further", () => {
  assert.deepEqual(stepOf("ArrowLeft", false), [-0.005, 0]);
  assert.deepEqual(stepOf("ArrowDown", true), [0, 0.05]);
  assert.equal(stepOf("Enter", false), null);
});
