import { describe, expect, it } from "vitest";
import { maxChangeBytes } from "#shared/contract/limits.ts";
import { changeAuthorText, differenceTexts } from "#shared/text/changes.ts";
import { isolated } from "#shared/text/plain.ts";
import { changeBetween } from "#shared/webhooks/changes.ts";
import { changeEvent } from "#shared/webhooks/health-events.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import type { Author, Webhook } from "#shared/webhooks/webhook.ts";
import { webhook } from "../../support/builders.ts";

const plain: DeliverySettings = {
  target: "https://a.example",
  authToken: "",
  auth: { type: "none" },
  customHeaders: {},
};
const between = (fields: Partial<Webhook>, before: DeliverySettings = plain, after: DeliverySettings = plain) =>
  changeBetween(
    { webhook: webhook(), settings: before },
    { webhook: webhook(fields), settings: after },
    { by: {}, at: "2026-01-02T03:04:05.000Z", revision: 2, rotates: false },
  );
const oauth2 = (size: number, value: string): DeliverySettings => ({
  ...plain,
  auth: {
    type: "oauth2",
    url: `https://a.example/${value}`,
    body: Object.fromEntries(
      Array.from({ length: size }, (_, n) => [`${"\u{1F600}".repeat(80)}${n}`, { deep: [value] }]),
    ),
    contentType: "application/json",
    headers: {},
  },
});

describe("a change", () => {
  it("is bounded, whatever the fields are named and hold", () => {
    const { fields, omitted = 0 } = between({ name: "n".repeat(9_000) }, oauth2(0, "a"), oauth2(50, "b".repeat(2_000)));
    expect(Buffer.byteLength(JSON.stringify(fields))).toBeLessThan(maxChangeBytes + 200);
    expect(fields.length + omitted).toBe(1 + 1 + 50);
    expect(omitted).toBeGreaterThan(0);
    expect(JSON.stringify(fields)).not.toContain("deep");
  });

  it("shows a token field that is no secret as JSON, and hides what became or was one", () => {
    const scoped = (scope: unknown): DeliverySettings => {
      const { auth } = oauth2(0, "a");
      return { ...plain, auth: { ...auth, body: { scope, secret: scope } } as DeliverySettings["auth"] };
    };
    expect(between({}, scoped(["x"]), scoped({ y: 1 })).fields).toEqual([
      { field: "auth_request_details.body.scope", kind: "changed", from: ["x"], to: '{"y":1}' },
      { field: "auth_request_details.body.secret", kind: "changed" },
    ]);
  });

  it("reads as a text for each field", () => {
    const signed = { ...plain, signing: { secret: "whsec_c2VjcmV0", rotated: [] }, target: "https://b.example" };
    const { fields } = between({ events: ["click", "open"], subaccountId: 7, active: false }, plain, signed);
    const record = { at: "", action: "paused", fields, omitted_fields: 2 } as const;
    expect(differenceTexts(record)).toEqual([
      "active: true → false",
      "events: +open -delivery",
      "target: https://a.example → https://b.example",
      "signing: false → true",
      "subaccount_id: set to 7",
      "signing_secret: set",
      "and 2 more",
    ]);
    expect(differenceTexts({ ...record, fields: [{ field: "x", kind: "removed", from: ["a", "b"] }] })[0]).toBe(
      "x: removed, was a, b",
    );
    expect(changeAuthorText({ ...record, key_id: "1", imported: true })).toBe("1, by import");
  });

  it("keeps old and new value in their places, whatever direction they are written in", () => {
    const { fields } = between({ name: "שלום\u202E" });
    expect(differenceTexts({ fields }, isolated)).toEqual(["name: \u2068Example webhook\u2069 → \u2068שלום\u2069"]);
    expect(changeAuthorText({ fields, key_label: "k\u202E", imported: true }, isolated)).toBe(
      "\u2068k\u2069, by import",
    );
  });
});

it("the event of a change names the key with its label, or the portal link by its id alone", () => {
  const change = { at: "2026-01-01T00:00:00.000Z", action: "updated", revision: 2, fields: [] } as const;
  const authorOf = (author: Author): readonly (readonly [string, unknown])[] =>
    Object.entries(changeEvent({ createdAt: change.at }, { ...change, ...author }).fields).filter(([name]) =>
      name.startsWith("changed_by_"),
    );
  expect(authorOf({ keyId: "a-key", keyLabel: "marketing" })).toEqual([
    ["changed_by_key_id", "a-key"],
    ["changed_by_key_label", "marketing"],
  ]);
  expect(authorOf({ portalLinkId: "a-link", keyLabel: "Ann" })).toEqual([["changed_by_portal_link_id", "a-link"]]);
});
