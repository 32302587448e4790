import { request } from "node:http";
import { describe, expect, test, vi } from "vitest";
import type { Runtime } from "../start-runtime.ts";
import { call, startGatewayStack as start, withKey } from "./gateway-stack.ts";

/** Longest wait on a busy machine. */
const patienceMs = 60_000;

describe("the proxy event", () => {
  test("holds path, parameters, query, headers, body and the authorizer's context", async () => {
    const { runtime } = await start();
    const { json } = await call(
      runtime,
      "/v1/books/a%20b/?x=1&x=2&y=%C3%A9",
      withKey("good", { method: "PUT", body: '{"a":1}', headers: { "Content-Type": "application/json" } }),
    );
    expect(json).toMatchObject({
      resource: "/v1/{proxy+}",
      path: "/v1/books/a%20b/",
      httpMethod: "PUT",
      pathParameters: { proxy: "books/a b" },
      queryStringParameters: { x: "2", y: "é" },
      multiValueQueryStringParameters: { x: ["1", "2"], y: ["é"] },
      stageVariables: null,
      body: '{"a":1}',
      isBase64Encoded: false,
      requestContext: {
        authorizer: { principalId: "user", customerId: "7", grants: "a,b", admin: "false" },
        httpMethod: "PUT",
        identity: { sourceIp: "127.0.0.1" },
        path: "/api/v1/books/a%20b/",
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        resourcePath: "/v1/{proxy+}",
        stage: "api",
      },
    });
  });

  test("has null for what a request lacks", async () => {
    const { runtime } = await start();
    const { json } = await call(runtime, "/v1/public");
    expect(json).toMatchObject({
      body: null,
      isBase64Encoded: false,
      pathParameters: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
    });
    expect(json["requestContext"]).not.toHaveProperty("authorizer");
  });

  test("carries a body of a binary type as base64, untouched", async () => {
    const { runtime } = await start();
    const bytes = Buffer.from([0, 255, 31, 139, 8, 10, 13]);
    const headers = { "Content-Type": "application/octet-stream" };
    const { json } = await call(runtime, "/v1/x", withKey("good", { method: "POST", body: bytes, headers }));
    expect(json["isBase64Encoded"]).toBe(true);
    expect(Buffer.from(json["body"] ?? "", "base64")).toEqual(bytes);
  });
});

describe("authorizers", () => {
  test("a TOKEN authorizer's answer is cached for all methods; a REQUEST authorizer without cache is asked each time", async () => {
    const { runtime, logged } = await start();
    await call(runtime, "/v1/one", withKey("good"));
    await call(runtime, "/v1/two", withKey("good", { method: "DELETE" }));
    for (const _ of [1, 2]) await call(runtime, "/v1/ingest", withKey("good", { method: "POST" }));
    await vi.waitFor(
      () => expect(logged.map(({ asked }) => asked)).toEqual(["TOKEN", "REQUEST", "REQUEST"]),
      patienceMs,
    );
  });

  test("nothing is invoked without the header", async () => {
    const { runtime, logged } = await start();
    const { status, text } = await call(runtime, "/v1/one");
    expect([status, text]).toEqual([401, '{"errors":[{"message":"Unauthorized"}]}']);
    expect(logged).toEqual([]);
  });

  test.each([
    ["unknown", 401],
    ["denied", 403],
    ["broken", 500],
    ["malformed", 500],
  ])("the key %s is answered with %i by both kinds", async (key, expected) => {
    const { runtime } = await start();
    expect((await call(runtime, "/v1/one", withKey(key))).status).toBe(expected);
    expect((await call(runtime, "/v1/ingest", withKey(key, { method: "POST" }))).status).toBe(expected);
  });
});

describe("answers", () => {
  const answered = async (runtime: Runtime, answer: unknown, headers: Readonly<Record<string, string>> = {}) =>
    call(runtime, "/v1/custom", { method: "POST", body: JSON.stringify({ answer }), headers });

  test("status, headers and body are the function's", async () => {
    const { runtime } = await start();
    const { status, headers, text } = await answered(runtime, {
      statusCode: 418,
      headers: { "X-One": "1" },
      multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] },
      body: "short and stout",
    });
    expect([status, text, headers.get("x-one"), headers.getSetCookie()]).toEqual([
      418,
      "short and stout",
      "1",
      ["a=1", "b=2"],
    ]);
  });

  test("a challenge of the function comes under another name, as API Gateway renames it", async () => {
    const { runtime } = await start();
    const { headers } = await answered(runtime, { statusCode: 401, headers: { "www-authenticate": "Basic" } });
    expect([headers.get("www-authenticate"), headers.get("x-amzn-remapped-www-authenticate")]).toEqual([null, "Basic"]);
  });

  test("base64 is decoded for a caller that accepts a binary type", async () => {
    const { runtime } = await start();
    const answer = { statusCode: 200, body: "aGVsbG8=", isBase64Encoded: true };
    expect((await answered(runtime, answer, { Accept: "application/octet-stream" })).text).toBe("hello");
    expect((await answered(runtime, answer, { Accept: "text/html" })).text).toBe("aGVsbG8=");
  });

  test("a function that fails or answers in another form gives 502", async () => {
    const { runtime } = await start();
    expect((await answered(runtime, { status: 200 })).status).toBe(502);
    expect((await answered(runtime, "text")).status).toBe(502);
    const thrown = await call(runtime, "/v1/custom", { method: "POST", body: JSON.stringify({ throws: true }) });
    expect([thrown.status, thrown.text]).toEqual([502, '{"message":"Internal server error"}']);
  });

  test("paths and methods that the API lacks give API Gateway's own answer", async () => {
    const { runtime } = await start();
    const missing = [403, '{"message":"Missing Authentication Token"}'];
    for (const [path, verb] of [
      ["/v1/custom", "GET"],
      ["/v2", "GET"],
      ["/v1", "GET"],
      ["/v1/public", "OPTIONS"],
    ] as const) {
      const { status, text } = await call(runtime, path, { method: verb });
      expect([path, status, text]).toEqual([path, ...missing]);
    }
    expect((await call(runtime, "/v1/public", { method: "HEAD" })).status).toBe(403);
    expect((await fetch(runtime.apiUrl.replace(/api$/, "other/v1/public"))).status).toBe(403);
    expect((await call(runtime, "/v1/public/")).status).toBe(200);
  });

  test("more than 10 MB is too much for the gateway, more than 6 MB for the function", async () => {
    const { runtime } = await start();
    const post = (size: number) => call(runtime, "/v1/custom", { method: "POST", body: "x".repeat(size) });
    expect((await post(11 * 1024 * 1024)).status).toBe(413);
    expect((await post(7 * 1024 * 1024)).status).toBe(413);
  });

  test("a malformed escape in a path gives 400", async () => {
    const { runtime } = await start();
    expect((await call(runtime, "/v1/%E0%A4%A", withKey("good"))).status).toBe(400);
  });
});

test("a request under a foreign host name is refused", async () => {
  const { runtime } = await start();
  const { port } = new URL(runtime.apiUrl);
  const status = await new Promise((resolve, reject) => {
    const headers = { Host: "rebound.example" };
    request({ host: "127.0.0.1", port, path: "/api/v1/public", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(status).toBe(403);
});
