import { describe, expect, test } from "vitest";
import { receiverCertificate } from "../../support/receiver.ts";
import { outboundFixture, post, shortClocks } from "./client-fixture.ts";

const { receiver: startReceiver, client: startClient } = outboundFixture();
const number = expect.any(Number);

describe("the phases of a POST", () => {
  test("are those of the connection that it opened, and none of one that was kept open", async () => {
    const receiver = await startReceiver();
    const client = startClient();
    const { timings: first } = await post(client, receiver.url);
    expect(first).toEqual({ dnsMs: number, connectMs: number, uploadMs: number, waitMs: number, totalMs: number });
    const { timings: second } = await post(client, receiver.url);
    expect(second).toEqual({ uploadMs: number, waitMs: number, totalMs: number });
    expect(receiver.connections).toBe(1);
  });

  test("tell the TLS handshake apart, and until when the certificate is valid", async () => {
    const receiver = await startReceiver({ tls: true });
    const answered = await post(startClient({ ca: receiverCertificate }), receiver.url);
    expect(answered).toMatchObject({
      kind: "answered",
      timings: { connectMs: number, tlsMs: number },
      isUploaded: true,
    });
    expect(Date.parse(answered.certificateValidTo ?? "")).toBeGreaterThan(Date.now());
  });

  test("end where a failure ended them", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", { kind: "hang" });
    const client = startClient({ clocks: shortClocks({ answerTimeoutMs: 50 }) });
    const hung = await post(client, receiver.url);
    expect(hung).toMatchObject({ kind: "failed", reason: "response_timeout", isUploaded: true });
    // Not all of the 50 ms: a timer and a clock may differ by one, and the wait begins after the time-out does.
    expect(hung.timings.waitMs).toBeGreaterThan(0);
    const refused = await post(client, "http://127.0.0.1:1/");
    expect(refused).toMatchObject({ kind: "failed", reason: "connect_failed", isUploaded: false });
    expect(refused.timings).toEqual({ dnsMs: number, totalMs: number });
  });

  test("of POSTs at the same time are each its own", async () => {
    const receiver = await startReceiver();
    const client = startClient();
    const all = await Promise.all(Array.from({ length: 8 }, () => post(client, receiver.url)));
    expect(all.filter(({ timings }) => timings.connectMs !== undefined)).toHaveLength(receiver.connections);
  });
});
