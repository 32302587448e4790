import { describe, expect, it } from "vitest";
import { createWebhookRequest } from "#shared/contract/api/webhook.ts";
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
