import { expect, it } from "vitest";
import { linkedKey } from "../../../console/linked-key.ts";
import { openPortalLink } from "../../../console/portal-link.ts";

it.each([
  ["#key=local-key", "local-key"],
  ["#key=a%26b%25", "a&b%"],
  ["#key=%", undefined],
  ["#key=%E0%A4%A", undefined],
  ["#key=", undefined],
  ["#/webhooks", undefined],
])("a link %s has the key %s", (hash, key) => {
  expect(linkedKey({ hash, hostname: "127.0.0.1" })).toBe(key);
});

it.each(["api.example.com", "localhost.example.com", "127.0.0.1.example.com", ""])(
  "no key is taken at %j",
  (hostname) => {
    expect(linkedKey({ hash: "#key=local-key", hostname })).toBeUndefined();
  },
);

it.each([
  ["has kept its cookie", 200, "an-id"],
  // The page will say what is wrong.
  ["is not asked for it, because something fails", 503, "an-id"],
  ["has not kept it", 401, { message: "This browser keeps no cookie here", description: expect.any(String) }],
])("a portal link opens a session when the browser %s", async (_, status, opened) => {
  const sent: string[] = [];
  const fetch = async (url: string | URL | Request, { method = "GET", headers }: RequestInit = {}) => {
    const { href } = new URL(url instanceof Request ? url.url : url);
    sent.push(`${method} ${href} ${new Headers(headers).get("x-tidepost-portal")}`);
    return await Promise.resolve(new Response("{}", { status: method === "POST" ? 200 : status }));
  };
  const apiUrl = new URL("https://api.example.com/api/v1/");
  expect(await openPortalLink("an-id.secret", { apiUrl, fetch })).toEqual(opened);
  expect(sent).toEqual(["POST", "GET"].map((method) => `${method} ${apiUrl.href}portal/session an-id`));
});
