import { describe, expect, it } from "vitest";
import { withNewest, withOlder } from "../../../console/api/batch-list.ts";
import type { Batch } from "#shared/contract/api/batch.ts";
import { holdRows, splitHeld } from "../../../console/pages/webhook/batches/held-rows.ts";

/** A batch that was created in a second of one minute; the second is also its id. */
const batch = (second: number, state: Batch["state"] = "delivered"): Batch => ({
  batch_id: String(second),
  webhook_id: "w",
  created_at: new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString(),
  state,
  events: 1,
  bytes: 10,
  attempts: 1,
  expires_at: "2026-01-02T07:04:00.000Z",
  body_available: false,
});
const ids = (rows: readonly Batch[]): string => rows.map(({ batch_id: id }) => id).join(" ");

describe("the newest page, read again", () => {
  it("is the list at first", () => {
    expect(withNewest(undefined, { results: [batch(3), batch(2)], next_cursor: "c" })).toEqual({
      rows: [batch(3), batch(2)],
      cursor: "c",
    });
  });

  it("keeps the rows before it, and where the list goes on after them", () => {
    const list = withOlder(
      { rows: [batch(3), batch(2)], cursor: "after 2" },
      { results: [batch(1)], next_cursor: "after 1" },
    );
    const { rows, cursor } = withNewest(list, { results: [batch(5), batch(4)], next_cursor: "after 4" });
    expect(ids(rows)).toBe("5 4 3 2 1");
    expect(cursor).toBe("after 1");
  });

  it("drops rows that it no longer has, and takes their new states", () => {
    const list = { rows: [batch(3, "retrying"), batch(2, "retrying"), batch(1, "retrying")], cursor: "after 1" };
    const { rows } = withNewest(list, { results: [batch(4), batch(2, "parked")], next_cursor: "after 2" });
    expect(ids(rows)).toBe("4 2 1");
    expect(rows[1]?.state).toBe("parked");
  });

  it("is the whole list when nothing comes after it", () => {
    expect(ids(withNewest({ rows: [batch(3), batch(2)] }, { results: [batch(3)] }).rows)).toBe("3");
  });
});

describe("an older page", () => {
  it("goes below, without the rows that are there already", () => {
    const { rows, cursor } = withOlder({ rows: [batch(3), batch(2)], cursor: "c" }, { results: [batch(2), batch(1)] });
    expect(ids(rows)).toBe("3 2 1");
    expect(cursor).toBeUndefined();
  });
});

describe("a list that is being read", () => {
  it("counts new rows instead of showing them, and still shows older ones", () => {
    const held = holdRows([batch(3), batch(2)]);
    const { shown, fresh } = splitHeld([batch(5), batch(4), batch(3, "parked"), batch(2), batch(1)], held);
    expect(ids(shown)).toBe("3 2 1");
    expect(shown[0]?.state).toBe("parked");
    expect(fresh).toBe(2);
  });

  it("shows everything once it is let go", () => {
    expect(splitHeld([batch(2), batch(1)], undefined)).toEqual({ shown: [batch(2), batch(1)], fresh: 0 });
  });
});
