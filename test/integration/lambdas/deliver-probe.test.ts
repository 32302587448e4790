import { describe, expect, it } from "vitest";
import { chainsTable } from "#shared/adapters/dynamodb/chains-table.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { chainBodyOf } from "#shared/delivery/body.ts";
import { inlinePlace } from "#shared/delivery/inline-body.ts";
import { packFrame } from "#shared/events/frames.ts";
import type { Aws } from "../../support/aws.ts";
import { eventTexts } from "../../support/builders.ts";
import { chainOf } from "../../support/chain-message.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import type { Receiver } from "../../support/receiver.ts";
import { type BreakerSystem, createBreakerSystem, openBreaker } from "../../support/breaker-system.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useEmulators } from "../../support/use-emulators.ts";

let aws: Aws;
let receiver: Receiver;
let system: BreakerSystem;
useEmulators(async (emulated) => {
  ({ aws, receiver } = emulated);
  system = await createBreakerSystem(emulated);
});

const open = async () => await openBreaker(system, receiver);

describe("the one probe of an open breaker", () => {
  /** A batch that has failed once and waits, at a breaker that is open. */
  const waiting = async (): Promise<DeliveryMessage> => {
    const [first] = await open();
    const retry = system.queue.find(({ message }) => message.batchId === first?.batchId);
    if (retry === undefined) throw new Error("no retry");
    return retry.message;
  };

  it("is not taken by a batch that expires", async () => {
    const message = await waiting();
    system.clock.now += 4 * 3_600_000;
    await system.run([message]);
    expect(await system.recordOf(message)).toMatchObject({ state: "expired" });
    expect(await system.breaker()).toMatchObject({ kind: "open" });
    expect(receiver.requests).toHaveLength(5);
  });

  /** Whether the next batch may probe: it is taken then, and the breaker closes. */
  const goesToTheNext = async (): Promise<boolean> => {
    receiver.respond("/hook", answer(200));
    await system.run([system.message()]);
    return (await system.breaker())?.kind === "closed";
  };

  it("is given back by a batch of which nothing can be read", async () => {
    await open();
    system.clock.now += 30_000;
    const damaged = packFrame(eventTexts(['{"msys":{"track_event":{"type":"click"}}}']));
    damaged.data[damaged.data.length - 1] = (damaged.data.at(-1) ?? 0) ^ 1;
    const message = { ...system.message(), body: inlinePlace(chainBodyOf("1", [damaged])) };
    await system.run([message]);
    expect(await system.recordOf(message)).toMatchObject({ state: "expired", expiredFor: "unreadable" });
    expect(await system.breaker()).toMatchObject({ kind: "open", failedProbes: 0 });
    expect(receiver.requests).toHaveLength(5);
    expect(await goesToTheNext()).toBe(true);
  });

  it("is given back by a batch that cannot be POSTed because of us", async () => {
    await open();
    system.clock.now += 30_000;
    const message = { ...system.message(), body: { kind: "stored", key: "batches/gone.json.zst" } } as const;
    expect(await system.handler(sqsEvent([message]), lambdaContext())).toMatchObject({ batchItemFailures: [{}] });
    expect(await system.breaker()).toMatchObject({ kind: "open", failedProbes: 0 });
    expect(await goesToTheNext()).toBe(true);
  });

  it("is given back after a pause by a batch that is too large, which tells nothing of the target", async () => {
    await open();
    receiver.respond("/hook", answer(413));
    system.clock.now += 30_000;
    await system.run([system.message(2)]);
    expect(receiver.requests).toHaveLength(6);
    expect(await system.breaker()).toMatchObject({ kind: "open", failedProbes: 0 });
    expect(await goesToTheNext()).toBe(false);
    expect(receiver.requests).toHaveLength(6);
    system.clock.now += 30_000;
    expect(await goesToTheNext()).toBe(true);
  });

  it("is given back by a chain whose batches have all been attempted before", async () => {
    const events = [{ msys: { message_event: { type: "delivery", n: 1 } } }];
    const { webhookId } = system;
    const own = {
      webhookId,
      customerId: "1",
      createdAt: new Date(system.clock.now).toISOString(),
      events,
      batchSize: 10,
    };
    const chain = await chainOf(aws, own);
    receiver.respond("/hook", answer(200));
    // Its function dies behind the POST.
    const chains = chainsTable(aws.tables.batches);
    const dies = system.handlerWith({
      chains: { ...chains, end: async () => await Promise.reject(new Error("killed")) },
    });
    expect(await dies(sqsEvent([chain]), lambdaContext())).toMatchObject({ batchItemFailures: [{}] });
    expect(receiver.requests).toHaveLength(1);
    await open();
    system.clock.now += 90_000;
    await system.run([chain]);
    expect(receiver.requests).toHaveLength(6);
    expect(await system.breaker()).toMatchObject({ kind: "open", failedProbes: 0 });
    expect(await goesToTheNext()).toBe(true);
  });

  it("is not taken by a duplicate of an attempt that has been made", async () => {
    const message = await waiting();
    system.clock.now += 30_000;
    await system.run([{ ...message, attempt: 1 }]);
    expect(await system.breaker()).toMatchObject({ kind: "open" });
    expect(receiver.requests).toHaveLength(5);
    receiver.respond("/hook", answer(200));
    await system.run([message]);
    expect(await system.breaker()).toMatchObject({ kind: "closed" });
  });
});
