import assert from "node:assert/strict";
import { test } from "node:test";
import { pauseUntilNextQuestion } from "../src/shell/idle.ts";

test("the page asks seldom at first, and in time for the warning", () => {
  assert.equal(pauseUntilNextQuestion(900), 300);
  assert.equal(pauseUntilNextQuestion(400), 280);
  assert.equal(pauseUntilNextQuestion(121), 1);
});

test("the page asks often once it warns", () => {
  assert.equal(pauseUntilNextQuestion(120), 15);
  assert.equal(pauseUntilNextQuestion(9), 9);
  assert.equal(pauseUntilNextQuestion(0), 5);
});
