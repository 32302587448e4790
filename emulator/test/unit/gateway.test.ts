import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { gatewayAnswer } from "../../gateway/gateway-responses.ts";
import { isLoopbackHost } from "../../services/loopback-server.ts";
import { allowsMethod, matchesPattern } from "../../gateway/authorizer.ts";
import { readProxyAnswer, isBinaryType } from "../../gateway/lambda-proxy.ts";
import { matchRoute } from "../../gateway/routes.ts";

const routes = [
  { resource: "/v1/{proxy+}", methods: new Map([["ANY", "proxy"]]) },
  { resource: "/v1/books/pages/samples", methods: new Map([["GET", "samples"]]) },
  { resource: "/v1/items/{id}", methods: new Map([["GET", "item"]]) },
  { resource: "/v1/items/{id}/parts/{part}", methods: new Map([["GET", "part"]]) },
];
const match = (method: string, path: string) => {
  const found = matchRoute(routes, { method, path });
  return found === undefined ? undefined : [found.integration, found.pathParameters];
};

describe("routes", () => {
  test.each([
    ["GET", "/v1/books", ["proxy", { proxy: "books" }]],
    ["DELETE", "/v1/books/1/pages", ["proxy", { proxy: "books/1/pages" }]],
    ["GET", "/v1/books/", ["proxy", { proxy: "books" }]],
    ["GET", "/v1/books/pages/samples", ["samples", {}]],
    ["GET", "/v1/books/pages/samples/", ["samples", {}]],
    ["GET", "/v1/items/a%2Fb", ["item", { id: "a/b" }]],
    ["GET", "/v1/items/1/parts/2", ["part", { id: "1", part: "2" }]],
    ["GET", "/v1/items/1/parts", ["proxy", { proxy: "items/1/parts" }]],
    ["POST", "/v1/books/pages/samples", undefined],
    ["GET", "/v1", undefined],
    ["GET", "/v2/books", undefined],
    ["GET", "/", undefined],
  ])("%s %s", (method, path, expected) => {
    expect(match(method, path)).toEqual(expected);
  });

  test("a malformed escape is an error that the gateway answers with 400", () => {
    expect(() => match("GET", "/v1/items/%E0%A4%A")).toThrow(URIError);
  });

  test.prop([
    fc.array(
      fc.string({ minLength: 1 }).filter((text) => !/^\.+$/.test(text)),
      { minLength: 1, maxLength: 5 },
    ),
  ])("a greedy parameter holds the rest of the path, decoded", (segments) => {
    const path = `/v1/x/${segments.map((segment) => encodeURIComponent(segment)).join("/")}`;
    expect(match("PUT", path)).toEqual(["proxy", { proxy: `x/${segments.join("/")}` }]);
  });
});

describe("policies", () => {
  const arn = "arn:aws:execute-api:us-east-1:000000000000:api/api/GET/v1/books";
  const statement = (Effect: "Allow" | "Deny", Resource: string) => ({
    Effect,
    Action: ["execute-api:Invoke"],
    Resource: [Resource],
  });

  test.each([
    ["an allowed pattern", [statement("Allow", "arn:aws:execute-api:*:*:api/api/*")], true],
    ["the exact method", [statement("Allow", arn)], true],
    ["another method", [statement("Allow", arn.replace("GET", "POST"))], false],
    ["a denial beside a permission", [statement("Allow", "*"), statement("Deny", "*/GET/v1/books")], false],
    ["a denial of something else", [statement("Allow", "*"), statement("Deny", "*/POST/*")], true],
    ["another action", [{ ...statement("Allow", "*"), Action: ["execute-api:ManageConnections"] }], false],
    ["any action", [{ ...statement("Allow", "*"), Action: ["*"] }], true],
    ["no statement", [], false],
  ])("%s", (_name, Statement, expected) => {
    expect(allowsMethod({ Statement }, arn)).toBe(expected);
  });

  test.prop([fc.string(), fc.string(), fc.string()])(
    "a star stands for any text, all else for itself",
    (before, any, after) => {
      const literal = (text: string) => text.replaceAll(/[*?]/g, "x");
      const [start, end] = [literal(before), literal(after)];
      expect(matchesPattern(`${start}*${end}`, `${start}${any}${end}`)).toBe(true);
      expect(matchesPattern(start, `${start}x`)).toBe(false);
    },
  );
});

describe("gateway responses", () => {
  const declared = [
    {
      responseType: "UNAUTHORIZED",
      statusCode: undefined,
      headers: { "X-Why": "key" },
      template: '{"m":$context.error.messageString,"r":"$context.requestId"}',
    },
    { responseType: "DEFAULT_5XX", statusCode: 500, headers: {}, template: '{"errors":[]}' },
  ];

  test("the template's own body has its variables filled in", () => {
    const { statusCode, headers, body } = gatewayAnswer(declared, { type: "UNAUTHORIZED", requestId: "r1" });
    expect([statusCode, body]).toEqual([401, '{"m":"Unauthorized","r":"r1"}']);
    expect(headers).toEqual([
      ["Content-Type", "application/json"],
      ["X-Why", "key"],
    ]);
  });

  test("the default of the class stands in, with its status code", () => {
    const { statusCode, body } = gatewayAnswer(declared, { type: "INTEGRATION_TIMEOUT", requestId: "r1" });
    expect([statusCode, body]).toEqual([500, '{"errors":[]}']);
  });

  test("AWS's own answer stands in for both", () => {
    const { statusCode, body } = gatewayAnswer(declared, { type: "MISSING_AUTHENTICATION_TOKEN", requestId: "r1" });
    expect([statusCode, body]).toEqual([403, '{"message":"Missing Authentication Token"}']);
  });
});

describe("a proxy integration's answer", () => {
  const read = (answer: unknown, accept?: string) =>
    readProxyAnswer({ payload: JSON.stringify(answer), binaryMediaTypes: ["image/png"], accept });

  test("headers of both kinds are joined; the multiple ones win", () => {
    const answer = {
      statusCode: 201,
      headers: { "content-type": "text/plain", a: "1" },
      multiValueHeaders: { A: ["2", "3"] },
      body: "x",
    };
    expect(read(answer)?.headers).toEqual([
      ["A", "2"],
      ["A", "3"],
      ["content-type", "text/plain"],
    ]);
  });

  test("base64 becomes bytes for a caller that accepts a binary type, and stays text for others", () => {
    const answer = { statusCode: 200, body: "aGk=", isBase64Encoded: true };
    expect(read(answer, "image/png,*/*")?.body).toEqual(Buffer.from("hi"));
    expect(read(answer, "text/html")?.body).toBe("aGk=");
  });

  test.each([
    [null],
    ["text"],
    [{}],
    [{ statusCode: "x" }],
    [{ statusCode: 200, body: {} }],
    [{ statusCode: 200, extra: 1 }],
  ])("%j is malformed", (answer) => {
    expect(read(answer)).toBeUndefined();
  });
});

test.each([
  [["*/*"], "application/json", true],
  [["application/x-ndjson"], "application/x-ndjson; charset=utf-8", true],
  [["application/*"], "Application/GZIP", true],
  [["application/gzip"], "application/json", false],
  [[], "application/gzip", false],
])("binary types %j and %s: %s", (declared, contentType, expected) => {
  expect(isBinaryType(declared, contentType)).toBe(expected);
});

test.each([
  ["127.0.0.1:4010", true],
  ["localhost", true],
  ["api.localhost:4010", true],
  ["[::1]:4010", true],
  ["evil.example", false],
  ["127.0.0.1.evil.example", false],
  ["localhost.evil.example:4010", false],
  [undefined, false],
])("Host %s is this machine: %s", (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
