import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newPortalToken, portalTokenOf, portalTokensOf, sessionCookie } from "#shared/portal/portal-token.ts";

const linkId = "5b0f6c10-3c1d-4aee-9a2f-0242ac120002";
const { text, hash } = newPortalToken(linkId, randomBytes);

const request =
  (headers: Readonly<Record<string, string>>) =>
  (name: string): string | undefined =>
    headers[name.toLowerCase()];

describe("a token", () => {
  it("comes back as the link's id and the hash that is stored", () => {
    expect(portalTokenOf(text)).toEqual({ linkId, hash });
  });

  it("is no other text", () => {
    fc.assert(
      fc.property(fc.string(), (other) => {
        expect(portalTokenOf(other)).toBeUndefined();
        expect(portalTokenOf(`${text}${other}x`)).toBeUndefined();
      }),
    );
  });
});

describe("the cookie of a session", () => {
  it("goes over https alone, but for hosts of this machine", () => {
    const of = (host: string | undefined) => sessionCookie(text, { host, isFramed: false, maxAgeSeconds: 60 });
    for (const host of [undefined, "tidepost.example.com", "localhost.example.com", "127.0.0.1.example.com"]) {
      expect(of(host)).toBe(`__Secure-tidepost-portal=${text}; Max-Age=60; HttpOnly; Secure; SameSite=Strict`);
    }
    for (const host of ["localhost:3000", "127.0.0.1:3000", "tidepost.localhost", "[::1]:3000"]) {
      expect(of(host)).toBe(`tidepost-portal=${text}; Max-Age=60; HttpOnly; SameSite=Strict`);
    }
  });
});

it("the cookie of a session goes to frames of other sites where these may show the console, apart for each of them", () => {
  const of = (host: string) => sessionCookie(text, { host, isFramed: true, maxAgeSeconds: 60 });
  const attributes = "Max-Age=60; HttpOnly; Secure; SameSite=None; Partitioned";
  expect(of("tidepost.example.com")).toBe(`__Secure-tidepost-portal=${text}; ${attributes}`);
  expect(of("127.0.0.1:3000")).toBe(`tidepost-portal=${text}; ${attributes}`);
});

describe("a request of a session", () => {
  const headers = { cookie: `a=b; tidepost-portal=${text}`, "x-tidepost-portal": linkId };

  it("has the cookie, and the header that names the same session", () => {
    expect(portalTokensOf(request(headers))).toEqual([{ linkId, hash }]);
    expect(portalTokensOf(request({ ...headers, "x-tidepost-portal": linkId.replace("5", "6") }))).toEqual([]);
    expect(portalTokensOf(request({ ...headers, "x-tidepost-portal": "" }))).toEqual([]);
    expect(portalTokensOf(request({ ...headers, cookie: "" }))).toEqual([]);
    expect(portalTokensOf(request({ ...headers, cookie: `${headers.cookie}; ${"x".repeat(17_000)}` }))).toEqual([]);
  });

  it("may have other cookies of the same name, which count as far as they are of the same link", () => {
    const other = newPortalToken(linkId.replace("5", "6"), randomBytes);
    const again = newPortalToken(linkId, randomBytes);
    const names = [`__Secure-tidepost-portal=${other.text}`, "tidepost-portal=x", `tidepost-portal=${again.text}`];
    const cookie = [...names, headers.cookie, "tidepost-portal"].join("; ");
    expect(portalTokensOf(request({ ...headers, cookie }))).toEqual([
      { linkId, hash: again.hash },
      { linkId, hash },
    ]);
  });

  it.each([
    [{ "sec-fetch-site": "same-origin" }, true],
    // Behind a proxy the host that arrives is another than the one that the browser sees.
    [{ "sec-fetch-site": "same-origin", origin: "https://hooks.example.com", host: "inner.example.com" }, true],
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "cross-site" }, false],
    [{ "sec-fetch-site": "none" }, false],
    [{ origin: "https://hooks.example.com", host: "hooks.example.com" }, true],
    [{ origin: "https://hooks.example.com", host: "hooks.example.com:8443" }, false],
    [{ origin: "https://evil.example.com", host: "hooks.example.com" }, false],
    [{ origin: "null", host: "hooks.example.com" }, false],
  ])("is one of the same origin: %o", (more, isTaken) => {
    expect(portalTokensOf(request({ ...headers, ...more }))).toHaveLength(isTaken ? 1 : 0);
  });
});
