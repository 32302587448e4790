import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { createApiKeyRequest } from "#shared/contract/api/api-key.ts";
import { importEntry } from "#shared/contract/api/import.ts";
import { probeRequest } from "#shared/contract/api/probe.ts";
import { replayRequest } from "#shared/contract/api/replay.ts";
import { createWebhookRequest, rotateSecretRequest } from "#shared/contract/api/webhook.ts";
import { RequestError, parseJson, validate } from "#shared/errors.ts";

const errorsOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof RequestError) return JSON.stringify(error.errors);
    throw error;
  }
  return "none";
};
const valid = { name: "Example", target: "https://example.com/hook", events: ["delivery"] };

describe("an error of a request", () => {
  it.each([
    ["a token", { auth_token: "s3cret\u00e9" }],
    ["a token of another type", { auth_token: ["s3cret"] }],
    ["a header", { custom_headers: { "X-Key": "s3cret\n" } }],
    ["credentials of another type", { auth_credentials: "s3cret" }],
    ["token fields of another type", { auth_request_details: { body: "s3cret" } }],
  ])("never repeats %s", (_, fields) => {
    const errors = errorsOf(() => validate(createWebhookRequest, { ...valid, ...fields }));
    expect(errors).not.toBe("none");
    expect(errors).not.toContain("s3cret");
  });

  it("repeats what is no secret, but of objects and lists only that they are such", () => {
    expect(errorsOf(() => validate(createWebhookRequest, { ...valid, name: 7 }))).toContain("Sent: 7.");
    expect(errorsOf(() => validate(createWebhookRequest, { ...valid, name: { s3cret: 1 } }))).toContain("an object");
    expect(errorsOf(() => validate(createWebhookRequest, [{ auth_token: "s3cret" }]))).not.toContain("s3cret");
  });

  it.each(["s3cret", '{"auth_token":"s3cret"x}', '{"auth_token":"s3cret', '{"auth_token":\n"s3cret"\n,}'])(
    "says where JSON is wrong without quoting it: %s",
    (text) => {
      const errors = errorsOf(() => parseJson(Buffer.from(text)));
      expect(errors).toContain("Request body parsing failed");
      expect(errors).not.toContain("cret");
    },
  );
});

describe("the wording of errors", () => {
  const wrong = [
    5,
    -1,
    1.5,
    1e300,
    "text",
    "",
    true,
    [],
    {},
    [5],
    ["x"],
    [{}],
    { x: 5 },
    { url: 5, body: 5, headers: 5 },
  ];
  const schemas = {
    createWebhookRequest,
    probeRequest,
    createApiKeyRequest,
    replayRequest,
    importEntry,
    rotateSecretRequest,
  };

  it.each(Object.entries(schemas))("of %s is ours, whatever is sent", (_, schema: z.ZodObject) => {
    for (const field of Object.keys(schema.shape)) {
      for (const value of wrong) {
        const text = errorsOf(() => validate(schema, { [field]: value }));
        const messages = text === "none" ? [] : (JSON.parse(text) as readonly { readonly message: string }[]);
        for (const { message } of messages) {
          expect(message).toMatch(/^'[^']+'(?:\S*) (?:must|is|may) /);
          expect(message).not.toMatch(/invalid|expected|record|too (?:big|small)/i);
        }
      }
    }
  });

  it("of one of several types says what is wrong with the one that was meant", () => {
    const messageOf = (exception: unknown) =>
      errorsOf(() => validate(createWebhookRequest, { ...valid, exception_subaccounts: [exception] }));
    expect(messageOf(0)).toContain("'exception_subaccounts[0]' must be at least 1");
    expect(messageOf(true)).toContain("'exception_subaccounts[0]' must be a number or a string");
  });
});
