import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import { hostileValues } from "../../support/hostile-values.ts";
import { redactorOf } from "#shared/webhooks/redact.ts";

const settings = (fields: Partial<DeliverySettings> = {}): DeliverySettings => ({
  target: "https://example.com/hook",
  authToken: "",
  auth: { type: "none" },
  customHeaders: {},
  ...fields,
});
const oauth2 = {
  type: "oauth2",
  url: "https://example.com/token",
  contentType: "application/json",
  headers: {},
} as const;
const secret = 's3cret "&+/ token';

describe("a text that a target sent", () => {
  it.each([
    ["the token", settings({ authToken: secret }), secret],
    ["a custom header", settings({ customHeaders: { "X-Key": secret } }), secret],
    ["a token in JSON", settings({ authToken: secret }), JSON.stringify(secret).slice(1, -1)],
    ["a token in a URL", settings({ authToken: secret }), encodeURIComponent(secret)],
    ["a token in base64", settings({ authToken: secret }), Buffer.from(secret).toString("base64")],
    [
      "basic credentials",
      settings({ auth: { type: "basic", username: "me", password: secret } }),
      Buffer.from(`me:${secret}`).toString("base64"),
    ],
    ["a password", settings({ auth: { type: "basic", username: "me", password: secret } }), secret],
    ["a signing secret", settings({ signing: { secret, rotated: [] } }), secret],
    ["a rotated secret", settings({ signing: { secret: "another", rotated: [{ secret, until: 0 }] } }), secret],
    [
      "a nested field of a token request",
      settings({
        auth: {
          type: "oauth2",
          url: "https://example.com/token",
          body: { client_id: "me", options: [{ key: secret }] },
          contentType: "application/json",
          headers: {},
        },
      }),
      secret,
    ],
  ])("is shown without %s", (_, known, sent) => {
    expect(redactorOf(known).text(`You sent ${sent}, thanks`)).toMatch(/^You sent \*{4}=*, thanks$/);
  });

  it("is shown without the access token, and what is open stays", () => {
    const auth = {
      type: "oauth2" as const,
      url: "https://example.com/token",
      body: { client_id: "client-1", scope: "events" },
      contentType: "application/json" as const,
      headers: {},
    };
    expect(redactorOf(settings({ auth }), "access-1").text("client-1 events access-1")).toBe("client-1 events ****");
  });

  it("is shown without the beginning of a secret at which it was cut off", () => {
    expect(redactorOf(settings({ authToken: secret })).text(`You sent ${secret.slice(0, 9)}`)).toBe("You sent ****");
  });

  it("is shown as it is when it holds no secret, or one too short to tell", () => {
    const redactor = redactorOf(settings({ authToken: "abc", customHeaders: { "X-Key": "" } }));
    expect(redactor.text("abc of things")).toBe("abc of things");
    expect(redactor.headers({ "x-echo": "fine" })).toEqual({ "x-echo": "fine" });
  });

  test.prop([
    fc.array(fc.stringMatching(/^[\x20-\x7e]{6,30}$/), { minLength: 1, maxLength: 4 }),
    fc.array(fc.string(), { minLength: 2, maxLength: 5 }),
  ])("never holds a secret, wherever and however often it was sent", (secrets, between) => {
    fc.pre(secrets.every((value) => !value.includes("*")));
    const names = secrets.map((value, index) => [`X-${index}`, value] as const);
    const redactor = redactorOf(settings({ customHeaders: Object.fromEntries(names) }));
    const shown = redactor.text(between.map((text, index) => text + (secrets[index % secrets.length] ?? "")).join(""));
    for (const value of secrets) expect(shown).not.toContain(value);
  });

  describe.each(hostileValues.flatMap(({ name, text }) => (text === undefined ? [] : [{ name, text }])))(
    "$name as a secret",
    ({ text }) => {
      it.each([
        ["a token", settings({ authToken: text })],
        ["a password", settings({ auth: { type: "basic", username: text, password: text } })],
        ["a header", settings({ customHeaders: { "X-Key": text } })],
        ["a token field", settings({ auth: { ...oauth2, body: { secret: [{ deep: text }] } } })],
      ])("%s is taken out, whatever it is", (_, known) => {
        const sent = `You sent ${text.toWellFormed()}, thanks`;
        const shown = redactorOf(known).text(sent);
        expect(shown.isWellFormed()).toBe(true);
        if (text.length >= 4) expect(["You sent ****, thanks", "****"]).toContain(shown);
      });
    },
  );

  it("is hidden as a whole where there are more secrets than can be looked for", () => {
    const body = Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`field_${n}`, `secret-${n}`]));
    const redactor = redactorOf(settings({ auth: { ...oauth2, body } }));
    expect([redactor.text("You sent secret-77"), redactor.text("")]).toEqual(["****", ""]);
    const long = redactorOf(settings({ auth: { ...oauth2, body: { key: "x".repeat(300_000) } } }));
    expect(long.headers({ server: "x" })).toEqual({ server: "****" });
  });

  test.prop([fc.string({ unit: fc.constantFrom("a", "b") }), fc.string({ unit: fc.constantFrom("a", "b") })])(
    "is cut where the longest beginning of a secret stands at its end",
    (before, end) => {
      const [known, text] = [`${end}ab!`, before + end];
      const lengths = Array.from({ length: known.length }, (_, length) => length).filter((length) =>
        text.endsWith(known.slice(0, length)),
      );
      const longest = lengths.at(-1) ?? 0;
      const shown = redactorOf(settings({ authToken: known })).text(text);
      const forms = longest < 4 ? text : `${text.slice(0, -longest)}****`;
      if (known.length >= 4) expect(shown).toBe(forms);
    },
  );
});
