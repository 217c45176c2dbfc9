import assert from "node:assert/strict";
import { test } from "node:test";
import { addMonths, weeksOf } from "../src/playback/calendar.ts";
import { say } from "../src/texts.ts";
import { fill } from "../src/http.ts";
import { layoutFor, streamFor } from "../src/wall/layout.ts";
import { camerasOf, narrowed, siteOf, type CameraNode, type TreeNode } from "../src/wall/nodes.ts";

const camera = (uid: string, name: string): CameraNode => ({ kind: "camera", uid, name, title: name, online: true });
const tree: TreeNode[] = [
  {
    kind: "agency",
    id: 1,
    name: "Yantai",
    children: [
      { kind: "site", id: 2, name: "Haiyi", children: [camera("a", "Gate"), camera("b", "Pond 1")] },
      { kind: "site", id: 3, name: "Penglai", children: [camera("c", "Gate")] },
    ],
  },
];
const names = (nodes: readonly TreeNode[]): string[] => [...camerasOf(nodes).keys()];

test("the tree narrows by site and camera words together", () => {
  assert.deepEqual(names(narrowed(tree, ["gate"], () => true)), ["a", "c"]);
  assert.deepEqual(names(narrowed(tree, ["haiyi"], () => true)), ["a", "b"]);
  assert.deepEqual(names(narrowed(tree, ["penglai", "gate"], () => true)), ["c"]);
  assert.deepEqual(narrowed(tree, ["nothing"], () => true), []);
  assert.deepEqual(names(narrowed(tree, [], (each) => each.uid === "b")), ["b"]);
});

test("a camera is of the site above it, however deep it hangs", () => {
  const area: TreeNode = { kind: "area", id: 9, name: "Pond area", children: [camera("d", "Pond 2")] };
  const deep: TreeNode[] = [...tree, { kind: "site", id: 4, name: "Changdao", children: [area] }];
  assert.deepEqual(["a", "c", "d", "z"].map((uid) => siteOf(deep, uid)?.id), [2, 3, 4, undefined]);
});

test("small panes take the sub-stream where there is one", () => {
  assert.equal(streamFor(1, { has_sub_stream: true }), 0);
  assert.equal(streamFor(4, { has_sub_stream: true }), 1);
  assert.equal(streamFor(16, { has_sub_stream: false }), 0);
  assert.deepEqual([1, 2, 5, 10, 99].map(layoutFor), [1, 4, 9, 16, 16]);
});

test("weeks begin on Monday", () => {
  const weeks = weeksOf("2026-11");
  assert.deepEqual(weeks[0], ["", "", "", "", "", "", "2026-11-01"]);
  assert.equal(weeks.at(-1)?.[0], "2026-11-30");
  assert.equal(addMonths("2026-12", 1), "2027-01");
  assert.equal(addMonths("2026-01", -1), "2025-12");
});

test("texts and addresses are filled, and what is missing stays visible", () => {
  assert.equal(say({ left: "%(time)s left" }, "left", { time: "3:05" }), "3:05 left");
  assert.equal(say({}, "unknown"), "unknown");
  assert.equal(fill("/live/{camera}?x={other}", { camera: "a b" }), "/live/a%20b?x={other}");
});
