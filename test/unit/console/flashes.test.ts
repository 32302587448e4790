import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { flash, flashes, watchAttention } from "../../../console/shell/flashes.ts";

/** Whether somebody points at the flashes. */
let isAttended = false;
beforeEach(() => {
  vi.useFakeTimers();
  isAttended = false;
  watchAttention(() => isAttended);
});
afterEach(() => {
  for (const { onDismiss } of flashes.get()) onDismiss?.(new CustomEvent("dismiss"));
  vi.useRealTimers();
});

const shown = (): readonly unknown[] => flashes.get().map(({ header }) => header);

it("what went well goes away after a while, what did not stays", () => {
  flash({ type: "success", header: "saved" });
  flash({ type: "error", header: "refused" });
  vi.advanceTimersByTime(9_000);
  expect(shown()).toEqual(["refused", "saved"]);
  vi.advanceTimersByTime(2_000);
  expect(shown()).toEqual(["refused"]);
  vi.advanceTimersByTime(3_600_000);
  expect(shown()).toEqual(["refused"]);
});

it("nothing goes away under somebody's pointer", () => {
  isAttended = true;
  flash({ type: "success", header: "saved" });
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual(["saved"]);
  isAttended = false;
  vi.advanceTimersByTime(3_000);
  expect(shown()).toEqual([]);
});

it("a flash that took the place of another one has all of its time", () => {
  flash({ type: "success", header: "first", id: "same" });
  vi.advanceTimersByTime(9_000);
  flash({ type: "success", header: "second", id: "same" });
  vi.advanceTimersByTime(9_000);
  expect(shown()).toEqual(["second"]);
});
