import { setTimeout as delay } from "node:timers/promises";
import type { FaultName } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import { operatorOf } from "./operator.ts";
import type { TargetKind } from "./population.ts";
import type { RuntimeProcess } from "./runtime-process.ts";
import type { Targets } from "./targets.ts";
import { expiredEvents, leftBodies, type Remains } from "./violations.ts";

/** Longest wait for what is open, as long as some of it ends now and then. */
const timeoutMs = 600_000;
/** Longest time in which nothing ends: the longest that a message that failed stays away, on a slow machine. */
const stallMs = 420_000;
/** Longest wait for bodies to go whose deletion was killed: their messages come again, at the latest after this. */
const deletionTimeoutMs = stallMs;
const lookEveryMs = 1_000;
/** Targets that go on until the others' events have ended. */
const lasting: ReadonlySet<TargetKind> = new Set(["hanging", "hostile"]);

export interface SettleOptions {
  readonly ledger: Ledger;
  readonly targets: Targets;
  readonly runtime: () => RuntimeProcess | undefined;
  readonly undeletable: ReadonlySet<string>;
  readonly faults: ReadonlySet<FaultName>;
}

/**
 * Waits until every accepted event has ended, and reads what is left. At first the hanging and hostile targets go on: all other
 * webhooks must come to their ends meanwhile.
 */
export const settle = async (options: SettleOptions): Promise<Remains> => {
  const { ledger, targets, faults } = options;
  const kinds = new Map(ledger.webhooks.map(({ name, kind }) => [name, kind]));
  targets.revive("flaky");
  targets.revive("refusing");

  const open = async (operator: ReturnType<typeof operatorOf>, withHanging: boolean): Promise<readonly string[]> => {
    const waiting = [...ledger.outstanding].filter(
      ([name, events]) => events.size > 0 && (withHanging || !lasting.has(kinds.get(name) ?? "good")),
    );
    if (waiting.length === 0) return [];
    const expired = expiredEvents(ledger, await operator.batchStates());
    return waiting.flatMap(([name, events]) => {
      const ended = expired.get(name);
      return [...events].every((n) => ended?.has(n) === true) ? [] : [name];
    });
  };

  const until = async (withHanging: boolean): Promise<readonly string[]> => {
    const deadline = Date.now() + timeoutMs;
    let left = ledger.openDeliveries();
    let progressAt = Date.now();
    for (;;) {
      const operator = await attend(options.runtime);
      try {
        ledger.count("dead letters put back", await operator.redrive());
        ledger.count("failed windows run again", await operator.runFailedWindows());
        const names = await open(operator, withHanging);
        if (ledger.openDeliveries() < left) {
          left = ledger.openDeliveries();
          progressAt = Date.now();
        }
        if (names.length === 0 || Date.now() > Math.min(deadline, progressAt + stallMs)) return names;
      } finally {
        operator.stop();
      }
      await delay(lookEveryMs);
    }
  };

  const delayed = await until(false);
  for (const kind of lasting) targets.revive(kind);
  await until(true);

  const operator = await attend(options.runtime);
  const known = { undeletable: options.undeletable, isRecut: faults.size > 0 };
  try {
    let states = await operator.batchStates();
    let bodies = await operator.bodyKeys();
    // A body whose deletion was killed goes when its message comes again.
    for (
      const deadline = Date.now() + deletionTimeoutMs;
      leftBodies(ledger, { states, bodies, ...known }).length > 0;
    ) {
      if (Date.now() > deadline) break;
      await delay(lookEveryMs);
      states = await operator.batchStates();
      bodies = await operator.bodyKeys();
    }
    return { states, bodies, quarantine: await operator.quarantine(), trapped: targets.trapped(), delayed, ...known };
  } finally {
    operator.stop();
  }
};

/** An operator of the runtime; waits for one that is being started again. */
const attend = async (runtime: SettleOptions["runtime"]): Promise<ReturnType<typeof operatorOf>> => {
  for (;;) {
    const running = runtime();
    if (running !== undefined) return operatorOf(running);
    await delay(100);
  }
};
