import assert from "node:assert/strict";
import { test } from "node:test";
import type { Stage } from "../src/media/live.ts";
import { troubleOf } from "../src/media/trouble.ts";

const status = (stage: Stage, cause = "", stream = 1): { stage: Stage; cause: string; stream: number } => ({ stage, cause, stream });
const failed = status("failed", "no_packet");

test("a reason is told until there is a picture, also while it is asked for again", () => {
  assert.equal(troubleOf(status("asking"), null), null);
  assert.equal(troubleOf(failed, null), failed);
  for (const stage of ["asking", "connecting", "waiting_data", "buffering", "reconnecting"] as const) {
    assert.equal(troubleOf(status(stage), failed), failed);
  }
  assert.equal(troubleOf(status("playing"), failed), null);
});

test("a new reason takes the place of the last, and another stream has none yet", () => {
  const lost = status("reconnecting", "network");
  assert.equal(troubleOf(lost, failed), lost);
  assert.equal(troubleOf(status("asking", "", 0), failed), null);
});
