import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type Aws, startAws } from "./aws.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

/** What a test runs against. */
export interface Emulated {
  readonly aws: Aws;
  readonly receiver: Receiver;
}

/**
 * Starts the embedded services for all tests of a file, and a receiver for each of them.
 *
 * @param begin gets them before each test
 */
export const useEmulators = (
  begin: (emulated: Emulated) => Promise<void> | void,
  options: Parameters<typeof startReceiver>[0] = {},
): void => {
  let aws: Aws;
  let receiver: Receiver;
  beforeAll(async () => {
    aws = await startAws();
  });
  afterAll(async () => await aws.stop());
  beforeEach(async () => {
    receiver = await startReceiver(options);
    await begin({ aws, receiver });
  });
  afterEach(async () => await receiver.close());
};
