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
      { after: "after 2", results: [batch(1)], next_cursor: "after 1" },
    );
    const { rows, cursor } = withNewest(list, { results: [batch(4), batch(3)], next_cursor: "after 3" });
    expect(ids(rows)).toBe("4 3 2 1");
    expect(cursor).toBe("after 1");
  });

  it("is the list alone when more batches have come than it has: those between could not be loaded", () => {
    const list = { rows: [batch(3), batch(2), batch(1)], cursor: "after 1" };
    const { rows, cursor } = withNewest(list, { results: [batch(7), batch(6)], next_cursor: "after 6" });
    expect(ids(rows)).toBe("7 6");
    expect(cursor).toBe("after 6");
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
    const list = { rows: [batch(3), batch(2)], cursor: "c" };
    const { rows, cursor } = withOlder(list, { after: "c", results: [batch(2), batch(1)] });
    expect(ids(rows)).toBe("3 2 1");
    expect(cursor).toBeUndefined();
  });

  it("is left out when the list has begun anew meanwhile: it would not follow the last row", () => {
    const list = { rows: [batch(7), batch(6)], cursor: "after 6" };
    expect(withOlder(list, { after: "after 2", results: [batch(1)] })).toBe(list);
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

  it("shows the new rows when none of its own is left", () => {
    const rows = [batch(7), batch(6)];
    expect(splitHeld(rows, holdRows([batch(3), batch(2)]))).toEqual({ shown: rows, fresh: 0 });
  });

  it("shows everything once it is let go", () => {
    expect(splitHeld([batch(2), batch(1)], undefined)).toEqual({ shown: [batch(2), batch(1)], fresh: 0 });
  });
});
