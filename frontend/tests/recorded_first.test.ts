import assert from "node:assert/strict";
import { test } from "node:test";
import { recordedFirst } from "../src/playback/recorded_first.ts";

const CAMERAS = ["a", "b", "c", "d"].map((uid) => ({ uid, title: uid.toUpperCase() }));
const uids = (recorded: readonly string[]): string[] => recordedFirst(CAMERAS, new Set(recorded)).map((each) => each.uid);

test("cameras with footage of the day come first, and keep their order otherwise", () => {
  assert.deepEqual(uids(["d", "b"]), ["b", "d", "a", "c"]);
});

test("another day brings another order", () => {
  assert.deepEqual(uids(["c"]), ["c", "a", "b", "d"]);
});

test("where none or all recorded, the order stays", () => {
  assert.deepEqual(uids([]), ["a", "b", "c", "d"]);
  assert.deepEqual(uids(["a", "b", "c", "d", "of another site"]), ["a", "b", "c", "d"]);
});
