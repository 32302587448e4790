import { afterEach } from "vitest";
import {
  outboundClient,
  type OutboundClient,
  type OutboundClientOptions,
} from "#shared/adapters/http/outbound-client.ts";
import type { OutboundClocks } from "#shared/adapters/http/outbound-clocks.ts";
import { startReceiver, type Receiver, type ReceiverOptions } from "../../support/receiver.ts";

/** Clocks that a test can wait for; what is not under test has ample time. */
export const shortClocks = (short: Partial<OutboundClocks>): OutboundClocks => ({
  connectTimeoutMs: 5_000,
  uploadTimeoutMs: 5_000,
  answerTimeoutMs: 5_000,
  ...short,
});

export const loopback = ["127.0.0.0/8", "::1/128"];

export const post = async (client: OutboundClient, url: string, body: string | Uint8Array = "[]") =>
  client.post({
    url,
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? Buffer.from(body) : body,
  });

/** Starts receivers and clients that end with the test. */
export const outboundFixture = () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (item) => item.close()));
  });
  return {
    receiver: async (options?: ReceiverOptions): Promise<Receiver> => {
      const receiver = await startReceiver(options);
      opened.push(receiver);
      return receiver;
    },
    client: (options: Partial<OutboundClientOptions> = {}): OutboundClient => {
      const client = outboundClient({ allowedRanges: loopback, ...options });
      opened.push(client);
      return client;
    },
  };
};
