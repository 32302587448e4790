import { describe, expect, it } from "vitest";
import { ApiError } from "../../../console/api/api-error.ts";
import { type BulkOutcome, runBulk } from "#shared/bulk/run-bulk.ts";
import { failuresByReason, faultOf, isRepeatable, triableAgain } from "../../../console/bulk/bulk-failures.ts";
import { obstacleOf } from "../../../console/bulk/bulk-obstacle.ts";
import type { BulkSubject } from "../../../console/bulk/bulk-subject.ts";

const subjects = Array.from({ length: 50 }, (_, n): BulkSubject => ({
  id: String(n),
  name: `Webhook ${n}`,
  target: "https://a.example",
  active: true,
}));
const failure = (status: number, message = `status ${status}`) => new ApiError({ status, problems: [{ message }] });

const run = async (
  perform: (id: string) => Promise<string>,
  {
    cancelAfter = Infinity,
    action = "pause" as const,
  }: { cancelAfter?: number; action?: "pause" | "rotate" | "recover" } = {},
) => {
  const outcomes: BulkOutcome<string, BulkSubject>[] = [];
  const cancel = new AbortController();
  let atOnce = 0;
  let most = 0;
  await runBulk({
    subjects,
    perform: async ({ id }) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await Promise.resolve();
      try {
        return await perform(id);
      } finally {
        atOnce -= 1;
      }
    },
    isRepeatable: isRepeatable(action),
    faultOf,
    wait: () => Promise.resolve(),
    signal: cancel.signal,
    onOutcome: (outcome) => {
      outcomes.push(outcome);
      if (outcomes.length >= cancelAfter) cancel.abort();
    },
  });
  const idsOf = (wanted: string) => outcomes.flatMap(({ kind, subject }) => (kind === wanted ? [subject.id] : []));
  return { steps: outcomes.filter(({ kind }) => kind !== "left"), failed: idsOf("failed"), left: idsOf("left"), most };
};

describe("what is done to many webhooks", () => {
  it("is done to each once, a few at a time, whatever became of the others", async () => {
    const tried: string[] = [];
    const { steps, failed, left, most } = await run(async (id) => {
      tried.push(id);
      if (Number(id) % 10 === 3) throw failure(409);
      return id;
    });
    expect(tried.toSorted()).toEqual(subjects.map(({ id }) => id).toSorted());
    expect(steps).toHaveLength(50);
    expect(failed.toSorted()).toEqual(["13", "23", "3", "33", "43"]);
    expect(left).toEqual([]);
    expect(most).toBe(6);
  });

  it("ends when it is cancelled, and says of the others that they were not tried", async () => {
    const { steps, left } = await run((id) => Promise.resolve(id), { cancelAfter: 20 });
    expect(steps.length).toBeLessThan(30);
    expect([...steps.map(({ subject }) => subject.id), ...left].toSorted()).toEqual(
      subjects.map(({ id }) => id).toSorted(),
    );
  });

  it("ends when the key is refused: the others would meet the same", async () => {
    const { steps, left } = await run((id) => (id === "4" ? Promise.reject(failure(401)) : Promise.resolve(id)));
    expect(steps.length + left.length).toBe(50);
    expect(left.length).toBeGreaterThan(35);
  });

  it.each([0, 503])(
    "ends when the API is away (%i) time after time, and leaves the others as they are",
    async (status) => {
      const { steps, failed, left } = await run((id) =>
        id === "0" ? Promise.resolve(id) : Promise.reject(failure(status)),
      );
      expect([steps.length - failed.length, failed.length < 13, left.length]).toEqual([1, true, 49 - failed.length]);
    },
  );

  it.each([
    [0, "pause", true],
    [429, "pause", true],
    [503, "pause", true],
    [409, "pause", false],
    [429, "rotate", true],
    // The secret may have been rotated: the receiver's one must not come nearer to its end.
    [503, "rotate", false],
    [0, "rotate", false],
    [429, "recover", true],
    // It may have begun, and would be refused for itself.
    [503, "recover", false],
  ] as const)("tries status %i of %s again: %s", async (status, action, isRepeated) => {
    let times = 0;
    const { failed } = await run(
      (id) => {
        if (id !== "7") return Promise.resolve(id);
        times += 1;
        return times === 1 ? Promise.reject(failure(status)) : Promise.resolve(id);
      },
      { action },
    );
    expect([times, failed]).toEqual(isRepeated ? [2, []] : [1, ["7"]]);
  });

  it("gives up what fails again and again", async () => {
    const { failed } = await run((id) => (id === "7" ? Promise.reject(failure(503)) : Promise.resolve(id)));
    expect(failed).toEqual(["7"]);
  });

  it("is tried again with all that failed but what was changed since it was chosen", () => {
    const errors = [failure(409), failure(412), failure(0), new Error("no answer")];
    const failures = subjects.slice(0, errors.length).map((subject, n) => ({ subject, error: errors[n] }));
    expect(triableAgain(failures).map(({ id }) => id)).toEqual(["0", "2", "3"]);
  });

  it("lists failures by reason, the most frequent first", () => {
    const failures = subjects
      .slice(0, 5)
      .map((subject, n) => ({ subject, error: failure(400, n === 0 ? "once" : "often") }));
    expect(failuresByReason(failures).map(({ reason, failures: found }) => [reason, found.length])).toEqual([
      ["often", 4],
      ["once", 1],
    ]);
  });
});

describe("another job", () => {
  it("begins neither while one runs, nor while new secrets have not been stored, which it would take away", () => {
    const secrets = subjects.slice(0, 1).map((subject) => ({ ...subject, secret: "whsec_" }));
    expect(obstacleOf(undefined)).toBeUndefined();
    expect(obstacleOf({ state: "ended", secrets: [] })).toBeUndefined();
    expect(obstacleOf({ state: "running", secrets: [] })).toContain("Wait");
    expect(obstacleOf({ state: "ended", secrets })).toContain("Store the new secrets");
  });
});
