import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { editDistance } from "#shared/events/catalogue/nearest-key.ts";

const word = fc.string({ maxLength: 12, unit: fc.constantFrom("a", "b", "_") });

describe("editDistance", () => {
  test.each([
    ["", "", 0],
    ["", "open", 4],
    ["open", "", 4],
    ["open", "open", 0],
    ["opn", "open", 1],
    ["oppen", "open", 1],
    ["opan", "open", 1],
    ["opne", "open", 1],
    ["click", "delay", 5],
  ])("%j to %j is %i", (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  test.prop([word, word])("is symmetric, zero for equal texts only, and bounded by the longer text", (one, other) => {
    const distance = editDistance(one, other);
    expect(distance).toBe(editDistance(other, one));
    expect(distance === 0).toBe(one === other);
    expect(distance).toBeGreaterThanOrEqual(Math.abs(one.length - other.length));
    expect(distance).toBeLessThanOrEqual(Math.max(one.length, other.length));
  });
});
