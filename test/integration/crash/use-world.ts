import type { Aws } from "../../support/aws.ts";
import { createDeliverWorld, type DeliverWorld, type WorldOptions } from "../../support/deliver-world.ts";
import type { Receiver } from "../../support/receiver.ts";
import { useEmulators } from "../../support/use-emulators.ts";
import { type Scenario, tokenAnswer } from "./scenarios.ts";

/** Emulators for all tests of a file, and a receiver for each of them. */
export const useWorld = () => {
  let aws: Aws;
  let receiver: Receiver;
  useEmulators(
    (emulated) => {
      ({ aws, receiver } = emulated);
      receiver.respond("/token", tokenAnswer);
    },
    { recordBodies: false },
  );

  const create = async (options: Omit<WorldOptions, "aws" | "receiver">): Promise<DeliverWorld> =>
    await createDeliverWorld({ aws, receiver, ...options });

  return {
    get aws() {
      return aws;
    },
    create,
    /** A world in which a scenario has just begun. */
    begin: async (scenario: Scenario): Promise<DeliverWorld> => {
      const world = await create(scenario.options);
      await scenario.begin(world);
      return world;
    },
  };
};

/** What is wrong once a scenario is over; empty when all is well. */
export const faultsOf = async (world: DeliverWorld, scenario: Scenario): Promise<readonly string[]> => {
  const records = await world.recordsOf();
  const ends = records.map(({ state }) => state).toSorted();
  const faults = await world.violations({}, records);
  const isExpected = [scenario.ends, scenario.endsLate].some((expected) => String(ends) === String(expected));
  return isExpected ? faults : [...faults, `the batches ended as ${String(ends)}`];
};
