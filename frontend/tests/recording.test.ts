import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, fragmentAt, offsetOf, Recording, type FragmentEntry } from "../src/media/recording.ts";

const ORIGIN = Date.UTC(2026, 10, 20, 16);

/** Fragments of two seconds and 1,000 bytes, with a key frame in each second one. */
function fragments(count: number, size = 1_000): FragmentEntry[] {
  return Array.from({ length: count }, (_, n) => [800 + n * size, size, n * 180_000, 180_000, n % 2 === 0] as const);
}

function recording(size = 1_000): Recording {
  const places = [
    { id: 2, url: "b.mp4", start_ms: ORIGIN + 20_040, end_ms: ORIGIN + 40_040 },
    { id: 1, url: "a.mp4", start_ms: ORIGIN, end_ms: ORIGIN + 20_000 },
    { id: 3, url: "c.mp4", start_ms: ORIGIN + 100_000, end_ms: ORIGIN + 110_000 },
  ];
  const indexed = [1, 2, 3].map((id) => ({
    id,
    mime: 'video/mp4; codecs="avc1.42c01e"',
    init: [0, 800] as const,
    fragments: fragments(id === 3 ? 5 : 10, size),
  }));
  return new Recording(ORIGIN, places, indexed);
}

test("files are put in order on the wall clock, by what is really in them", () => {
  const { segments } = recording();
  assert.deepEqual(segments.map((each) => each.url), ["a.mp4", "b.mp4", "c.mp4"]);
  assert.equal(segments[2]?.end_ms, ORIGIN + 110_000);
});

test("the seam between two files is no gap, a minute is one", () => {
  const all = recording();
  assert.equal(all.isGap(ORIGIN + 20_020), false);
  assert.equal(all.isGap(ORIGIN + 50_000), true);
  assert.equal(all.isGap(ORIGIN - 1), true);
  assert.equal(all.nextStart(ORIGIN + 50_000), ORIGIN + 100_000);
  assert.equal(all.nextStart(ORIGIN + 111_000), null);
});

test("an instant is entered at the key frame before it", () => {
  const [first] = recording().segments;
  assert.ok(first);
  assert.equal(fragmentAt(first, ORIGIN), 0);
  assert.equal(fragmentAt(first, ORIGIN + 7_000), 2);
  assert.equal(fragmentAt(first, ORIGIN + 9_500), 4);
  assert.equal(fragmentAt(first, ORIGIN + 99_000), 8);
});

test("the first fetch covers the instant and is one range of bytes", () => {
  const fetch = recording().nextFetch(ORIGIN + 7_000, 10, []);
  assert.ok(fetch);
  assert.equal(fetch.segment.url, "a.mp4");
  assert.deepEqual(bytesOf(fetch), [800 + 2_000, 800 + 10_000 - 1]);
});

test("a request is bounded, and the next one goes on where it ended", () => {
  const all = recording(1_000_000);
  const fetch = all.nextFetch(ORIGIN, 30, []);
  assert.deepEqual([fetch?.from, fetch?.until], [0, 1]);
  const next = all.nextFetch(ORIGIN, 30, [{ start: 0, end: 4 }]);
  assert.deepEqual([next?.from, next?.until], [2, 3]);
});

test("when a file is covered the next file is fetched, over the seam", () => {
  const next = recording().nextFetch(ORIGIN + 15_000, 30, [{ start: 0, end: 20 }]);
  assert.equal(next?.segment.url, "b.mp4");
  assert.equal(next?.from, 0);
});

test("what is covered is not fetched again", () => {
  const all = recording();
  assert.equal(all.nextFetch(ORIGIN, 30, [{ start: 0, end: 20 }, { start: 20.04, end: 40.04 }]), null);
  assert.equal(all.nextFetch(ORIGIN + 109_000, 30, [{ start: 100, end: 110 }]), null);
});

test("in a gap the footage after it is fetched ahead of time, when it is near", () => {
  const all = recording();
  assert.equal(all.nextFetch(ORIGIN + 50_000, 30, []), null);
  assert.equal(all.nextFetch(ORIGIN + 80_000, 30, [])?.segment.url, "c.mp4");
});

test("a file's own times begin at 0 and are moved to its place", () => {
  const all = recording();
  assert.deepEqual(all.segments.map((each) => offsetOf(all, each)), [0, 20.04, 100]);
});

test("a file without an index, or without fragments, is left out", () => {
  const places = [{ id: 1, url: "a.mp4", start_ms: ORIGIN, end_ms: ORIGIN + 1 }];
  assert.equal(new Recording(ORIGIN, places, []).segments.length, 0);
});
