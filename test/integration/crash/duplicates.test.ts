import { describe, expect, it } from "vitest";
import { answer } from "../../support/receiver-behaviour.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { faultsOf, useWorld } from "./use-world.ts";

const system = useWorld();

/** How many POSTs a scenario takes without copies. */
const plainPosts = async (scenario: Scenario): Promise<number> => {
  const world = await system.begin(scenario);
  await world.drain();
  expect(await faultsOf(world, scenario)).toEqual([]);
  await world.close();
  return world.posts.length;
};

describe.each(scenarios)("batches $name", (scenario: Scenario) => {
  let posts: number | undefined;

  it.each(["one after the other", "at the same time"] as const)(
    "end as without copies when every message comes twice, %s",
    async (copies) => {
      posts ??= await plainPosts(scenario);
      const world = await system.begin(scenario);
      await world.drain({ copies });
      expect(await faultsOf(world, scenario)).toEqual([]);
      expect(world.posts).toHaveLength(posts);
      await world.close();
    },
  );
});

it("of probes that race in invocations of their own one makes its POST", async () => {
  const world = await system.create({ behaviour: answer(500) });
  const openedAt = world.now() - 30_000;
  await world.setBreaker({ kind: "open", openedAt, reason: "http_5xx", failedProbes: 0, until: world.now() });
  for (const first of [0, 1, 2, 3]) await world.send({ first });
  await world.invokeEach();
  expect(world.posts).toHaveLength(1);
  expect((await world.webhooks.readHealth(world.customerId, world.webhookId))?.breaker).toMatchObject({
    kind: "open",
    failedProbes: 1,
  });
  await world.close();
});
