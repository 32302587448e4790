import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { callPauseMs } from "#shared/delivery/call-pause.ts";

test.prop([fc.integer({ min: 1, max: 5 }), fc.double({ min: 0, max: 1, noNaN: true })])(
  "each pause is twice as long as the one before, and chance has half of it",
  (again, random) => {
    const whole = 100 * 2 ** (again - 1);
    expect(callPauseMs(again, random)).toBeGreaterThanOrEqual(whole / 2);
    expect(callPauseMs(again, random)).toBeLessThanOrEqual(whole);
    expect(callPauseMs(again + 1, random)).toBe(2 * callPauseMs(again, random));
  },
);

it("callers who were refused together do not come back together", () => {
  const pauses = [0, 0.25, 0.5, 0.75, 1].map((random) => callPauseMs(3, random));
  expect(pauses).toEqual([200, 250, 300, 350, 400]);
});
