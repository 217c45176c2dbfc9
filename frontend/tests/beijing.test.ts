import assert from "node:assert/strict";
import { test } from "node:test";
import { durationText } from "../src/beijing.ts";
import { codecName } from "../src/media/codec_names.ts";

const TEXTS = { unit_days: "%(n)s 天", unit_hours: "%(n)s 小时", unit_minutes: "%(n)s 分", unit_seconds: "%(n)s 秒" };

test("a duration is said in its two largest units", () => {
  const said = [0, 59_400, 119_000, 3 * 3_600_000 + 12 * 60_000 + 5_000, 26 * 3_600_000, -5_000].map((duration_ms) =>
    durationText(TEXTS, duration_ms),
  );
  assert.deepEqual(said, ["0 秒", "59 秒", "1 分 59 秒", "3 小时 12 分", "1 天 2 小时", "0 秒"]);
});

test("codecs have the names of their standards", () => {
  assert.deepEqual(["h264", "H265", "theora"].map(codecName), ["H.264", "H.265", "theora"]);
});
