import { createServer, type AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { accessTokens } from "#shared/adapters/http/access-tokens.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { outboundFixture, post, shortClocks } from "./client-fixture.ts";

const { receiver: startReceiver, client: startClient } = outboundFixture();

/** A port on which nothing listens. */
const closedPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

describe("clocks", () => {
  test("a look-up that hangs ends at the connect clock", async () => {
    const client = startClient({
      clocks: shortClocks({ connectTimeoutMs: 50 }),
      lookup: async () => new Promise(() => undefined),
    });
    expect(await post(client, "http://target.example.com/")).toMatchObject({
      kind: "failed",
      reason: "connect_timeout",
      errorCode: "ETIMEDOUT",
    });
  });

  test("a TLS handshake that hangs ends at the connect clock, and the connection with it", async () => {
    const closed = Promise.withResolvers<void>();
    const silent = createServer((socket) => {
      socket.on("error", () => undefined).on("close", () => closed.resolve());
      socket.resume();
    });
    onTestFinished(() => void silent.close());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const client = startClient({ clocks: shortClocks({ connectTimeoutMs: 100 }) });
    expect(await post(client, `https://127.0.0.1:${port}/`)).toMatchObject({
      kind: "failed",
      reason: "connect_timeout",
    });
    await closed.promise;
  });

  test("a request that waits for a connection in vain ends at the connect clock", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", { kind: "hang" });
    const clocks = shortClocks({ connectTimeoutMs: 1_000, answerTimeoutMs: 3_000 });
    const client = startClient({ clocks, maxConnectionsPerTarget: 1 });
    const first = post(client, receiver.url);
    expect(await post(client, receiver.url)).toMatchObject({ kind: "failed", reason: "connect_timeout" });
    expect(await first).toMatchObject({ kind: "failed", reason: "response_timeout" });
    expect(receiver.requests).toHaveLength(1);
  });

  test("an upload that nobody takes ends at the upload clock", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", { kind: "neverRead" });
    const client = startClient({ clocks: shortClocks({ uploadTimeoutMs: 200 }) });
    expect(await post(client, receiver.url, Buffer.alloc(64_000_000))).toMatchObject({
      kind: "failed",
      reason: "upload_timeout",
      errorCode: "ETIMEDOUT",
    });
  });

  test.each([
    ["says nothing", { kind: "hang" }],
    ["drips its headers", { kind: "dripHeaders", everyMs: 10 }],
    ["sends interim responses only", { kind: "raw", text: "HTTP/1.1 103 Early Hints\r\n\r\n" }],
    ["begins an interim response", { kind: "raw", text: "HTTP/1.1 100 Continue\r\nx:" }],
  ] as const)("a target that %s ends at the answer clock and sees its connection close", async (_what, behaviour) => {
    const receiver = await startReceiver();
    receiver.respond("/", behaviour);
    const client = startClient({ clocks: shortClocks({ answerTimeoutMs: 1_000 }) });
    expect(await post(client, receiver.url)).toMatchObject({
      kind: "failed",
      reason: "response_timeout",
      errorCode: "ETIMEDOUT",
    });
    await receiver.until(({ requests, openConnections }) => requests[0]?.state === "aborted" && openConnections === 0);
    receiver.respond("/", answer(200));
    expect(await post(client, receiver.url)).toMatchObject({ kind: "answered", status: 200 });
    expect(receiver.connections).toBe(2);
  });

  test.each([
    ["stalls", { kind: "hangAfterHeaders", start: "begun" }, /^begun$/],
    ["drips", { kind: "dripBody", everyMs: 10 }, /^a*$/],
  ] as const)(
    "a body that %s does not fail the attempt, but its connection ends",
    async (_what, behaviour, excerpt) => {
      const receiver = await startReceiver();
      receiver.respond("/", behaviour);
      const client = startClient({ clocks: shortClocks({ answerTimeoutMs: 1_000 }) });
      expect(await post(client, receiver.url)).toMatchObject({
        kind: "answered",
        status: 200,
        excerpt: expect.stringMatching(excerpt) as string,
      });
      await receiver.until(
        ({ requests, openConnections }) => requests[0]?.state === "aborted" && openConnections === 0,
      );
    },
  );

  test.each([
    ["hangs", { kind: "hang" }, { kind: "failed", reason: "response_timeout" }],
    ["drips its headers", { kind: "dripHeaders", everyMs: 10 }, { kind: "failed", reason: "response_timeout" }],
    ["drips its body", { kind: "dripBody", everyMs: 10 }, { kind: "answered", status: 200 }],
  ] as const)("a request with a limit of its own ends at it when the target %s", async (_what, behaviour, outcome) => {
    const receiver = await startReceiver();
    receiver.respond("/", behaviour);
    const client = startClient({ clocks: shortClocks({ answerTimeoutMs: 600_000 }) });
    const request = { url: receiver.url, headers: {}, body: Buffer.from("[]"), timeoutMs: 1_000 };
    expect(await client.post(request)).toMatchObject(outcome);
    await receiver.until(({ openConnections }) => openConnections === 0);
  });

  test("a server that gives no token in time gives none", async () => {
    const receiver = await startReceiver();
    receiver.respond("/token", { kind: "dripHeaders", everyMs: 10 });
    const tokens = accessTokens(startClient({ clocks: shortClocks({ answerTimeoutMs: 600_000 }) }), 1_000);
    const auth = { url: `${receiver.url}/token`, body: {}, contentType: "application/json", headers: {} } as const;
    expect(await tokens.request({ type: "oauth2", ...auth })).toMatchObject({
      kind: "unreachable",
      reason: "response_timeout",
    });
  });

  test("a target that hangs does not hold up requests to the same and to other targets", async () => {
    const [receiver, other] = [await startReceiver(), await startReceiver()];
    receiver.respond("/hang", { kind: "hang" });
    const client = startClient({ clocks: shortClocks({ answerTimeoutMs: 5_000 }) });
    const order: string[] = [];
    const run = async (name: string, url: string): Promise<void> => {
      await post(client, url);
      order.push(name);
    };
    await Promise.all([run("hanging", `${receiver.url}/hang`), run("same", receiver.url), run("other", other.url)]);
    expect(order.at(-1)).toBe("hanging");
  });
});

describe("connections that end", () => {
  test("a refused connection", async () => {
    const failure = { kind: "failed", reason: "connect_failed", errorCode: "ECONNREFUSED" };
    const port = await closedPort();
    expect(await post(startClient(), `http://127.0.0.1:${port}/`)).toMatchObject(failure);
    const client = startClient({ lookup: async () => ["127.0.0.1", "127.0.0.2"] });
    expect(await post(client, `http://target.example.com:${port}/`)).toMatchObject(failure);
  });

  test("a reset at connect", async () => {
    const receiver = await startReceiver();
    receiver.resetConnections(true);
    expect(await post(startClient(), receiver.url)).toMatchObject({ kind: "failed", reason: "connection_reset" });
  });

  test("a reset during the TLS handshake", async () => {
    const receiver = await startReceiver();
    receiver.resetConnections(true);
    const url = receiver.url.replace("http:", "https:");
    expect(await post(startClient(), url)).toMatchObject({ kind: "failed", reason: "connection_reset" });
  });

  test.each([
    ["a reset in mid-body", { kind: "reset", when: "midBody" }, 16_000_000],
    ["a reset after the body", { kind: "reset", when: "afterBody" }, 10],
    ["an orderly close without an answer", { kind: "closeEarly" }, 10],
    ["a close inside the answer's head", { kind: "raw", text: "HTTP/1.1 200 OK\r\nx: ", end: true }, 10],
  ] as const)("%s is not tried again by the client", async (_what, behaviour, bytes) => {
    const receiver = await startReceiver();
    receiver.respond("/", behaviour);
    expect(await post(startClient(), receiver.url, Buffer.alloc(bytes))).toMatchObject({
      kind: "failed",
      reason: "connection_reset",
      errorCode: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) as string,
    });
    expect(receiver.requests).toHaveLength(1);
  });

  test("a reset after the headers leaves the answer", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", { kind: "reset", when: "afterHeaders" });
    expect(await post(startClient(), receiver.url)).toMatchObject({ kind: "answered", status: 200 });
  });

  test.each([
    ["no HTTP", "SSH-2.0-OpenSSH_9.9\r\n", "EPROTO"],
    ["a broken header", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nbad header\r\n\r\n", "EPROTO"],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n", "EPROTO"],
    ["a head that is too large", `HTTP/1.1 200 OK\r\nx-large: ${"x".repeat(70_000)}\r\n\r\n`, "HPE_HEADER_OVERFLOW"],
    [
      "a switch of protocols",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
      "EPROTO",
    ],
    ["endless interim responses", "HTTP/1.1 102 Processing\r\n\r\n".repeat(40), "EPROTO"],
  ])("%s is an invalid response, and the connection ends", async (_what, text, errorCode) => {
    const receiver = await startReceiver();
    receiver.respond("/", { kind: "raw", text });
    expect(await post(startClient(), receiver.url)).toMatchObject({
      kind: "failed",
      reason: "invalid_response",
      errorCode,
    });
    await receiver.until(({ openConnections }) => openConnections === 0);
  });
});

describe("kept connections", () => {
  test("are used again, and opened side by side for concurrent requests", async () => {
    const receiver = await startReceiver();
    const client = startClient();
    await post(client, receiver.url);
    await post(client, receiver.url);
    expect(receiver.connections).toBe(1);
    await Promise.all(Array.from({ length: 5 }, async () => post(client, receiver.url)));
    expect(receiver.connections).toBe(5);
  });

  test("stay within the limit per target", async () => {
    const receiver = await startReceiver();
    const client = startClient({ maxConnectionsPerTarget: 2 });
    const answers = await Promise.all(Array.from({ length: 8 }, async () => post(client, receiver.url)));
    expect(answers.every(({ kind }) => kind === "answered")).toBe(true);
    expect(receiver.connections).toBe(2);
  });

  test("that the target closed meanwhile fail nothing", async () => {
    const receiver = await startReceiver();
    const client = startClient();
    for (let round = 1; round <= 20; round += 1) {
      expect(await post(client, receiver.url)).toMatchObject({ kind: "answered", status: 200 });
      receiver.endConnections();
      await receiver.until(({ openConnections }) => openConnections === 0);
    }
    expect(receiver.requests).toHaveLength(20);
  });

  test("that the target closes after each answer without saying so fail nothing", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", { kind: "raw", text: "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", end: true });
    const client = startClient();
    for (let round = 1; round <= 20; round += 1) {
      expect(await post(client, receiver.url)).toMatchObject({ kind: "answered", status: 200 });
    }
    expect(receiver.requests).toHaveLength(20);
  });

  test("that a frozen process kept too long are not used again", async () => {
    const receiver = await startReceiver();
    const client = startClient();
    await post(client, receiver.url);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(await post(client, receiver.url)).toMatchObject({ kind: "answered", status: 200 });
    expect(receiver.connections).toBe(2);
    await receiver.until(({ openConnections }) => openConnections === 1);
  });

  test("end when the client is closed, after the requests under way", async () => {
    const receiver = await startReceiver();
    const client = startClient();
    const underWay = post(client, receiver.url);
    await receiver.until(({ connections }) => connections === 1);
    await client.close();
    expect(await underWay).toMatchObject({ kind: "answered", status: 200 });
    await receiver.until(({ openConnections }) => openConnections === 0);
  });
});
