import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "../src/field/merge.ts";

const base = { a: "", b: "yes", c: "old", d: "" };

test("what only one of two people changed is taken", () => {
  const merged = merge(base, { ...base, a: "yes" }, { ...base, b: "no", d: "note" });
  assert.deepEqual(merged, { values: { a: "yes", b: "no", c: "old", d: "note" }, clashes: [] });
});

test("what both changed is asked, unless they agree", () => {
  const merged = merge(base, { ...base, a: "yes", c: "mine" }, { ...base, a: "yes", c: "theirs" });
  assert.deepEqual(merged.clashes, [{ name: "c", mine: "mine", theirs: "theirs" }]);
  assert.equal(merged.values["c"], "mine");
});

test("emptying a field is a change, and a field that one side does not know is empty there", () => {
  assert.deepEqual(merge(base, { ...base, c: "" }, base).values["c"], "");
  assert.deepEqual(merge({}, { x: "1" }, {}).values, { x: "1" });
  assert.deepEqual(merge({ c: "old" }, { c: "" }, { c: "new" }).clashes.length, 1);
});
