import { expect, it } from "vitest";
import type { ImportResult, ImportRow } from "#shared/contract/api/import.ts";
import { applyInRounds } from "../../../console/pages/import/apply-in-rounds.ts";

type Outcome = NonNullable<ImportRow["outcome"]>;

const row = (entry: number, action: ImportRow["action"], outcome: Outcome): ImportRow => ({
  action,
  entry,
  name: `feed ${entry}`,
  target: "https://in.example.net/hook",
  outcome,
});
const removal = (outcome: Outcome): ImportRow => {
  const { entry: _, ...rest } = row(0, "remove", outcome);
  return { ...rest, id: "old" };
};
const answer = (...plan: readonly ImportRow[]): ImportResult => ({
  applied: true,
  entries: plan.length,
  registered: 0,
  plan,
});

/** Gives the answers one after another, and counts the requests. */
const serverWith = (...answers: readonly ImportResult[]) => {
  const seen: ImportResult[] = [];
  let requests = 0;
  return {
    seen,
    requests: () => requests,
    run: async () =>
      await applyInRounds(
        async () => {
          const next = answers[requests];
          requests += 1;
          if (next === undefined) throw new Error("one request too many");
          return next;
        },
        (soFar) => seen.push(soFar),
      ),
  };
};

it("goes on until nothing is left, and tells what an earlier request has done as done", async () => {
  const server = serverWith(
    answer(row(0, "add", "applied"), row(1, "change", "not_tried"), removal("not_tried")),
    answer(row(0, "same", "unchanged"), row(1, "change", "applied"), removal("applied")),
  );
  const { plan } = await server.run();
  expect(plan.map(({ action, outcome }) => [action, outcome])).toEqual([
    ["add", "applied"],
    ["change", "applied"],
    ["remove", "applied"],
  ]);
  expect(server.seen).toHaveLength(2);
});

it("ends when a request has brought it no further", async () => {
  const stuck = answer(row(0, "add", "failed"), row(1, "add", "not_tried"));
  const server = serverWith(stuck, stuck);
  expect((await server.run()).plan[1]?.outcome).toBe("not_tried");
  expect(server.requests()).toBe(2);
});

it("does not try failed targets again for removals that wait for them", async () => {
  const server = serverWith(answer(row(0, "add", "failed"), removal("not_tried")));
  await server.run();
  expect(server.requests()).toBe(1);
});
