import { describe, expect, it } from "vitest";
import { type OperationKey, answers } from "#shared/contract/api/answers.ts";
import { readable } from "#shared/contract/api/read-answer.ts";
import firstVersion from "./answers-0.1.0.json" with { type: "json" };

// The file is what version 0.1.0 answered, and stays as it is: a field that is added later has a default, or may be absent.
const old = Object.entries(firstVersion) as [OperationKey, { readonly results: unknown }][];

describe("a client of this version", () => {
  it.each(old)("reads what the first version answered to %s", (operation, answer) => {
    expect(readable(answers[operation]).parse(answer)).toMatchObject(answer);
  });

  it("keeps fields that it does not know, at every depth", () => {
    const { results } = firstVersion["GET /v1/webhooks/{id}"];
    const links = results.links.map((link) => ({ ...link, templated: true }));
    const answer = { results: { ...results, links, weight: 3 }, warnings: ["x"] };
    expect(readable(answers["GET /v1/webhooks/{id}"]).parse(answer)).toMatchObject(answer);
  });

  it("takes words that it does not know, and numbers beyond its limits", () => {
    const { results } = firstVersion["GET /v1/webhooks/{id}"];
    const newer = { ...results, events: ["delivery", "teleported"], compression: "brotli", batch_size: 1_000_000 };
    expect(readable(answers["GET /v1/webhooks/{id}"]).parse({ results: newer })).toMatchObject({ results: newer });
  });

  it.each([
    ["a field of another type", { name: 5 }],
    ["a field that is not there", { id: undefined }],
    ["null in place of a list", { events: null }],
  ])("refuses %s", (_, fields) => {
    const { results } = firstVersion["GET /v1/webhooks/{id}"];
    expect(readable(answers["GET /v1/webhooks/{id}"]).safeParse({ results: { ...results, ...fields } }).success).toBe(
      false,
    );
  });

  it.each(Object.keys(answers) as OperationKey[])("has a reader of the answer to %s", (operation) => {
    expect(() => readable(answers[operation])).not.toThrow();
  });
});
