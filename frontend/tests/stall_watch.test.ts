import assert from "node:assert/strict";
import { test } from "node:test";
import { FROZEN_MS, RECONNECT_MS, retryDelay, SILENT_MS, StallWatch } from "../src/media/stall_watch.ts";

test("silence is told first and then connected again", () => {
  const watch = new StallWatch(0);
  watch.received(1000);
  assert.equal(watch.look(1000, 1, 0), "fine");
  assert.equal(watch.look(1000 + SILENT_MS, 1, 0), "silent");
  assert.equal(watch.look(1000 + RECONNECT_MS, 1, 0), "reconnect");
});

test("a picture that stands still over arriving data is nudged once, then the decoder is rebuilt", () => {
  const watch = new StallWatch(0);
  let now = 0;
  const frozenLook = (): string => {
    now += FROZEN_MS;
    watch.received(now);
    return watch.look(now, 5, 2);
  };
  watch.look(now, 5, 2);
  assert.equal(frozenLook(), "frozen");
  assert.equal(frozenLook(), "rebuild");
});

test("a picture that moves again forgives the first time", () => {
  const watch = new StallWatch(0);
  watch.received(0);
  watch.look(0, 5, 2);
  watch.received(FROZEN_MS);
  assert.equal(watch.look(FROZEN_MS, 5, 2), "frozen");
  watch.received(FROZEN_MS + 100);
  assert.equal(watch.look(FROZEN_MS + 100, 6, 2), "fine");
  watch.received(2 * FROZEN_MS + 100);
  assert.equal(watch.look(2 * FROZEN_MS + 100, 6, 2), "frozen");
});

test("a starved picture is no frozen one", () => {
  const watch = new StallWatch(0);
  watch.received(0);
  watch.look(0, 5, 0.1);
  watch.received(FROZEN_MS);
  assert.equal(watch.look(FROZEN_MS, 5, 0.1), "fine");
});

test("a hidden page is excused", () => {
  const watch = new StallWatch(0);
  watch.excuse(60_000);
  assert.equal(watch.look(60_100, 1, 2), "fine");
});

test("attempts come more seldom, but never more than 15 s (and a little) apart", () => {
  const delays = [0, 1, 2, 3, 4, 9].map((attempt) => retryDelay(attempt, 0.5));
  assert.deepEqual(delays, [1000, 2000, 4000, 8000, 15_000, 15_000]);
  assert.ok(retryDelay(0, 0) < retryDelay(0, 1));
});
