import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "../../../lambdas/console/handler.ts";
import { siteIn } from "../../../lambdas/console/site.ts";
import { lambdaContext, proxyEvent } from "../../support/lambda-events.ts";

const page = "<!doctype html><title>Tidepost</title>";
const script = "export const answer = 42;";
const config = { version: "1.2.3", region: "eu-west-1", stack: "Test", links: { docs: "../docs" } };
const usualLook = { name: "", color: "", logo_url: "" };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "console-"));
  for (const folder of ["assets", "docs/guides", "docs/files/docs"]) {
    await mkdir(join(directory, "site", folder), { recursive: true });
  }
  const files = {
    "site/index.html": page,
    "site/assets/main-a1B2.js": script,
    "site/secret.js": "no",
    "site/docs/index.html": "<h1>Documents</h1>",
    "site/docs/guides/index.html": "<h1>Guides</h1>",
    "site/docs/.hidden.html": "no",
    "site/docs/files/docs/openapi.json": "{}",
    "index.mjs": "no",
  };
  for (const [path, content] of Object.entries(files))
    await writeFile(join(directory, `${path}.gz`), gzipSync(content));
});
afterAll(() => rm(directory, { recursive: true }));

/** Asks for a path below the stage, as API Gateway passes it on. */
const get = async (
  path: string,
  headers: Readonly<Record<string, string>> = { "accept-encoding": "gzip, br" },
  { portal = usualLook, frameOrigins = [] as readonly string[] } = {},
) => {
  const handler = createHandler({
    site: siteIn(join(directory, "site")),
    config: { ...config, portal },
    frameOrigins,
    telemetry: createTelemetry("console"),
  });
  const proxy = path.replace(/^\/(console|docs)\/?/, "");
  const below = path.startsWith("/docs/") ? "/docs/{proxy+}" : "/console/{proxy+}";
  const resource = proxy === "" ? "/console" : below;
  const pathParameters = proxy === "" ? null : { proxy: decodeURIComponent(proxy) };
  const event = { ...proxyEvent({ path, headers }), resource, pathParameters };
  const answer = await handler(event, lambdaContext());
  const bytes = Buffer.from(answer.body, answer.isBase64Encoded === true ? "base64" : "utf8");
  const isCompressed = answer.headers?.["content-encoding"] === "gzip";
  return { ...answer, headers: answer.headers ?? {}, text: (isCompressed ? gunzipSync(bytes) : bytes).toString() };
};

describe("the documents", () => {
  it.each([
    ["/docs/index.html", "<h1>Documents</h1>", "text/html; charset=utf-8"],
    ["/docs/guides/index.html", "<h1>Guides</h1>", "text/html; charset=utf-8"],
    ["/docs/guides/", "<h1>Guides</h1>", "text/html; charset=utf-8"],
    ["/docs/files/docs/openapi.json", "{}", "application/json; charset=utf-8"],
  ])("are at %s, confined as the console is", async (path, content, type) => {
    const { statusCode, headers, text } = await get(path);
    expect({ statusCode, text }).toEqual({ statusCode: 200, text: content });
    expect(headers).toMatchObject({ "content-type": type, "cache-control": "public, max-age=300" });
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self';");
  });

  it.each([
    "/docs/none.html",
    "/docs/.hidden.html",
    "/docs/..%2Findex.html",
    "/docs/guides/../../secret.js",
    "/docs/assets/../../../index.mjs",
    "/docs//etc/passwd.html",
    "/docs/guides",
    "/docs/guides//",
    "/docs/../",
    "/console/docs/index.html",
  ])("do not lead to %s", async (path) => {
    expect((await get(path)).statusCode).toBe(404);
  });
});

describe("the document", () => {
  it.each(["/console/", "/console/index.html"])("is at %s, never stored and strictly confined", async (path) => {
    const { statusCode, headers, text } = await get(path);
    expect({ statusCode, text }).toEqual({ statusCode: 200, text: page });
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; " +
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
  });

  it("is reached from the address without a slash by a relative redirect, which holds behind any prefix", async () => {
    const { statusCode, headers } = await get("/console");
    expect({ statusCode, location: headers["location"] }).toEqual({ statusCode: 302, location: "console/" });
    expect(new URL(String(headers["location"]), "https://x.example/front/api/console").pathname).toBe(
      "/front/api/console/",
    );
  });
});

it("asks browsers to stay on https when they came by it", async () => {
  expect((await get("/console/", { "x-forwarded-proto": "https" })).headers).toHaveProperty(
    "strict-transport-security",
  );
  expect((await get("/console/")).headers).not.toHaveProperty("strict-transport-security");
});

it("tells the console where it is, and nothing secret", async () => {
  const { statusCode, headers, text } = await get("/console/config.json");
  expect(statusCode).toBe(200);
  expect(headers).toMatchObject({ "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  expect(JSON.parse(text)).toEqual({ ...config, portal: usualLook });
});

it("serves assets for ever, compressed for those who take it", async () => {
  const compressed = await get("/console/assets/main-a1B2.js");
  expect(compressed).toMatchObject({ statusCode: 200, text: script });
  expect(compressed.headers).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "content-encoding": "gzip",
    "cache-control": "public, max-age=31536000, immutable",
  });
  const plain = await get("/console/assets/main-a1B2.js", {});
  expect(plain).toMatchObject({ statusCode: 200, text: script });
  expect(plain.headers).not.toHaveProperty("content-encoding");
});

it.each([
  "/console/assets/gone.js",
  "/console/assets",
  "/console/assets/",
  "/console/webhooks",
  "/console/secret.js",
  "/console/index.mjs",
  "/console/../index.mjs",
  "/console/..%2findex.mjs",
  "/console/assets/../secret.js",
  "/console/assets/..%2fsecret.js",
  "/console/assets/..",
  "/console/assets/%00main-a1B2.js",
  "/console/%2e%2e%2f%2e%2e%2fetc/passwd",
])("answers 404 for %s, never with the document or a file beside the site", async (path) => {
  const { statusCode, headers, text } = await get(path);
  expect({ statusCode, text }).toEqual({ statusCode: 404, text: "Not found" });
  expect(headers).toMatchObject({ "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
});

it("loads the logo that an operator has set, and is shown in frames of the origins that an operator names", async () => {
  const portal = { ...usualLook, logo_url: "https://static.example.com/logo.svg" };
  const frameOrigins = ["https://app.example.com", "https://other.example.com:8443"];
  const policyOf = async (path: string) =>
    String((await get(path, {}, { portal, frameOrigins })).headers["content-security-policy"]).split("; ");
  expect(await policyOf("/console/")).toEqual(
    expect.arrayContaining([
      "img-src 'self' data: https://static.example.com",
      "frame-ancestors https://app.example.com https://other.example.com:8443",
    ]),
  );
  expect(await policyOf("/docs/guides/")).toEqual(
    expect.arrayContaining(["img-src 'self' data:", "frame-ancestors 'none'"]),
  );
});
