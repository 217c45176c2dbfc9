import assert from "node:assert/strict";
import { test } from "node:test";
import { symbol } from "../build/icons.ts";

test("an icon becomes a symbol that takes the colour of the text around it", () => {
  const source = '<!-- x --><svg width="24" viewBox="0 0 24 24">\n  <path d="M4 4h16" />\n</svg>\n';
  assert.equal(
    symbol("line", source),
    '<symbol id="line" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ' +
      'stroke-linecap="round" stroke-linejoin="round"><path d="M4 4h16" /></symbol>',
  );
  assert.match(symbol("star-filled", source), /fill="currentColor"/);
});
