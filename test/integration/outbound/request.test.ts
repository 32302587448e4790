import { describe, expect, test, vi } from "vitest";
import { answer, redirect } from "../../support/receiver-behaviour.ts";
import { outboundFixture, post } from "./client-fixture.ts";

const { receiver: startReceiver, client: startClient } = outboundFixture();

describe("a GET", () => {
  test("arrives without a body, and gets the beginning of the answer's", async () => {
    const receiver = await startReceiver();
    receiver.respond("/text", answer(200, {}, "x".repeat(10_000)));
    const url = `${receiver.url}/text?x=1`;
    const found = await startClient().get({ url, maxExcerptBytes: 9_000 });
    expect(found).toMatchObject({ kind: "answered", status: 200, excerpt: "x".repeat(9_000), isTruncated: true });
    expect(receiver.requests).toMatchObject([{ method: "GET", path: "/text?x=1", bodyBytes: 0 }]);
    expect(receiver.requests[0]?.headers).not.toHaveProperty("content-length");
  });

  test("reaches no address that a POST may not reach, and follows no redirect", async () => {
    const receiver = await startReceiver();
    receiver.respond("/away", redirect(`${receiver.url}/text`));
    expect(await startClient().get({ url: `${receiver.url}/away` })).toMatchObject({ status: 302 });
    const refused = await startClient({ allowedRanges: [] }).get({ url: receiver.url });
    expect(refused).toMatchObject({ kind: "failed", reason: "address_refused" });
    expect(receiver.requests).toHaveLength(1);
  });
});

describe("a POST", () => {
  test("arrives with its headers, length and body", async () => {
    const receiver = await startReceiver();
    const sent = await startClient().post({
      url: `${receiver.url}/in?x=1#fragment`,
      headers: { "Content-Type": "application/json", "X-MessageSystems-Batch-ID": "b1" },
      body: Buffer.from('[{"msys":{}}]'),
    });
    expect(sent).toMatchObject({ kind: "answered", status: 200 });
    expect(receiver.requests).toMatchObject([
      {
        method: "POST",
        path: "/in?x=1",
        headers: {
          host: `127.0.0.1:${receiver.port}`,
          "content-type": "application/json",
          "content-length": "13",
          "x-messagesystems-batch-id": "b1",
        },
      },
    ]);
    expect(receiver.requests[0]?.body.toString()).toBe('[{"msys":{}}]');
    expect(receiver.requests[0]?.headers).not.toHaveProperty("transfer-encoding");
  });

  test("with a large body sends it whole and unchunked", async () => {
    const receiver = await startReceiver();
    const body = Buffer.alloc(7_000_001, "0123456789");
    expect(await post(startClient(), receiver.url, body)).toMatchObject({ kind: "answered", status: 200 });
    expect(receiver.requests[0]?.headers).toMatchObject({ "content-length": "7000001" });
    expect(receiver.requests[0]?.headers).not.toHaveProperty("transfer-encoding");
    expect(receiver.requests[0]?.body.equals(body)).toBe(true);
  });

  test("with an empty body is still a POST", async () => {
    const receiver = await startReceiver();
    expect(await post(startClient(), receiver.url, "")).toMatchObject({ kind: "answered", status: 200 });
    expect(receiver.requests[0]?.headers).toMatchObject({ "content-length": "0" });
  });

  test("takes no header from the caller that is the client's own", async () => {
    const receiver = await startReceiver();
    await startClient().post({
      url: receiver.url,
      headers: {
        Host: "internal.example",
        "Content-Length": "1",
        "Transfer-Encoding": "chunked",
        Connection: "close",
        Expect: "100-continue",
        "Proxy-Authorization": "Basic x",
      },
      body: Buffer.from("[]"),
    });
    expect(receiver.requests[0]?.headers).toEqual({
      host: `127.0.0.1:${receiver.port}`,
      connection: "keep-alive",
      "content-length": "2",
    });
  });

  test("that cannot be written is the caller's error", async () => {
    const receiver = await startReceiver();
    const bad = startClient().post({ url: receiver.url, headers: { "x-a": "1\r\nx-b: 2" }, body: Buffer.from("[]") });
    await expect(bad).rejects.toThrow("invalid x-a header");
    expect(receiver.requests).toEqual([]);
  });

  test("ignores proxies of the environment", async () => {
    const [receiver, proxy] = [await startReceiver(), await startReceiver()];
    for (const name of ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"]) vi.stubEnv(name, proxy.url);
    vi.stubEnv("NODE_USE_ENV_PROXY", "1");
    try {
      expect(await post(startClient(), receiver.url)).toMatchObject({ kind: "answered", status: 200 });
    } finally {
      vi.unstubAllEnvs();
    }
    expect(receiver.requests).toHaveLength(1);
    expect(proxy.connections).toBe(0);
  });

  test.each(["ftp://example.com/", "not a url", "http://user:pass@127.0.0.1/"])("to %s is not sent", async (url) => {
    expect(await post(startClient(), url)).toMatchObject({ kind: "failed", reason: "invalid_target" });
  });
});

describe("an answer", () => {
  test.each([200, 204, 301, 304, 400, 404, 410, 429, 500, 503])("%i is reported as it is", async (status) => {
    const receiver = await startReceiver();
    receiver.respond("/", answer(status, { "Retry-After": "7", "Set-Cookie": "a=b" }));
    expect(await post(startClient(), receiver.url)).toMatchObject({
      kind: "answered",
      status,
      headers: { "retry-after": "7", "set-cookie": "a=b" },
      excerpt: "",
    });
  });

  test("shows the beginning of its body as clean text", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", answer(500, {}, "line 1\r\n\tl\u00ednea 2\u0000\u001b[31m\u0085 \u20ac"));
    expect(await post(startClient(), receiver.url)).toMatchObject({ excerpt: "line 1\n\tl\u00ednea 2[31m \u20ac" });
  });

  test("is cut after 4 KiB, not inside a character, and its connection is not used again", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", answer(200, {}, `x${"\u20ac".repeat(5_000)}`));
    const client = startClient();
    expect(await post(client, receiver.url)).toMatchObject({ excerpt: `x${"\u20ac".repeat(1_365)}` });
    await receiver.until(({ openConnections }) => openConnections === 0);
  });

  test("of unbounded length is cut off", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", { kind: "hugeBody", bytes: 50_000_000 });
    const answered = await post(startClient(), receiver.url);
    expect(answered).toMatchObject({ kind: "answered", status: 200, excerpt: "x".repeat(4_096) });
    await receiver.until(({ requests, openConnections }) => requests[0]?.state === "aborted" && openConnections === 0);
  });

  test("in a content encoding that nobody asked for shows no text", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", answer(200, { "content-encoding": "gzip" }, "binary"));
    expect(await post(startClient(), receiver.url)).toMatchObject({ kind: "answered", excerpt: "" });
  });

  test("joins repeated headers", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", { kind: "raw", text: "HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\ncontent-length: 0\r\n\r\n" });
    expect(await post(startClient(), receiver.url)).toMatchObject({ headers: { "x-a": "1, 2" } });
  });

  test.each([
    ["103 Early Hints", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"],
    ["100 Continue", "HTTP/1.1 100 Continue\r\n\r\n"],
    ["several", "HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"],
    ["apart", ["HTTP/1.1 100 Continue\r\n", "\r\n", "HTTP/1.1 103 X\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"]],
  ])("is waited for past interim responses: %s", async (_name, interim) => {
    const receiver = await startReceiver();
    const final = "HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok";
    const text = typeof interim === "string" ? interim + final : [...interim, final];
    receiver.respond("/", { kind: "raw", text });
    const client = startClient();
    const expected = { kind: "answered", status: 202, excerpt: "ok" };
    expect(await post(client, receiver.url)).toMatchObject(expected);
    expect(await post(client, receiver.url)).toMatchObject(expected);
    expect(receiver.connections).toBe(1);
  });

  test("that redirects is an answer, and nobody goes there", async () => {
    const [receiver, inner] = [await startReceiver(), await startReceiver()];
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.respond("/", redirect(`${inner.url}/latest/meta-data/`, status));
      expect(await post(startClient(), receiver.url)).toMatchObject({ kind: "answered", status });
    }
    expect(receiver.requests).toHaveLength(5);
    expect(inner.connections).toBe(0);
  });

  test("that comes before the body was taken counts", async () => {
    const receiver = await startReceiver();
    receiver.respond("/", { kind: "refuseOver", bytes: 1_000_000 });
    const client = startClient();
    expect(await post(client, receiver.url, Buffer.alloc(32_000_000))).toMatchObject({ kind: "answered", status: 413 });
    expect(await post(client, receiver.url, Buffer.alloc(1_000))).toMatchObject({ kind: "answered", status: 200 });
  });
});
