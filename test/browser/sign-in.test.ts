/** The console of `npm run dev` signs in at its plain address, and nobody else gets anything by the way that it does. */
import { once } from "node:events";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { joinBrowser, newContext } from "../support/console-browser.ts";
import { type DevTerminal, startDevTerminal } from "../support/dev-terminal.ts";
import { foreignPage, serveForeignPages } from "../support/foreign-pages.ts";

/** Waits until the console has been built. */
const served = (url: string): Promise<unknown> =>
  vi.waitUntil(async () => (await fetch(url)).status === 200, { timeout: 240_000, interval: 250 });

let terminal: DevTerminal;
let browser: Browser;
/** Where the console is, and the same by the machine's other name. */
let consoleUrl: string;
let host: string;
beforeAll(async () => {
  [terminal, browser] = await Promise.all([startDevTerminal({ demo: false }), joinBrowser()]);
  const url = /^Ready {2}(\S+)\/v1/m.exec(terminal.lines().join("\n"))?.[1] ?? "";
  consoleUrl = `${url}/console/`;
  ({ host } = new URL(url));
  await served(consoleUrl);
});
afterAll(async () => {
  await Promise.all([terminal.dev.stop(), browser.close()]);
});

/** A request with any headers, as a program of this machine sends it. */
const send = async (
  method: string,
  {
    path = "",
    headers = {},
    body = "",
    url = consoleUrl,
  }: Partial<Record<"path" | "body" | "url", string>> & {
    readonly headers?: Readonly<Record<string, string | string[]>>;
  },
): Promise<{ readonly status: number; readonly body: string; readonly headers: unknown }> => {
  const sent = request(new URL(path, url), { method, headers });
  sent.end(body);
  const [answer] = await once(sent, "response");
  return { status: answer.statusCode, body: await text(answer), headers: answer.headers };
};
const codeIn = (html: string): string | undefined =>
  /<meta name="tidepost-sign-in" content="([\w-]{43})"/.exec(html)?.[1];
const opened = { "sec-fetch-site": "none", "sec-fetch-dest": "document", "accept-encoding": "gzip" };
const document = async (headers: Readonly<Record<string, string | string[]>> = {}) =>
  await send("GET", { headers: { ...opened, ...headers } });
const freshCode = async (headers = {}): Promise<string> => codeIn((await document(headers)).body) ?? "";
const own = () => ({ origin: `http://${host}`, "sec-fetch-site": "same-origin", "content-type": "application/json" });
const bring = async (code: string, headers: Readonly<Record<string, string | string[]>> = own(), url = consoleUrl) =>
  await send("POST", { path: "sign-in", headers, body: JSON.stringify({ code }), url });

describe("in a browser", () => {
  it("opens where its plain address leads, after a reload and in a second tab as well, and keeps the key nowhere", async () => {
    const context = await newContext(browser);
    const page = await context.newPage();
    for (const address of [`${consoleUrl.replace("127.0.0.1", "localhost")}#/webhooks`, `${consoleUrl}#/webhooks`]) {
      await page.goto(address);
      await page.getByRole("heading", { level: 1, name: "Webhooks" }).waitFor();
      await page.reload();
      await page.getByRole("heading", { level: 1, name: "Webhooks" }).waitFor();
      expect(page.url()).toBe(address);
      expect(await page.evaluate("JSON.stringify([sessionStorage, localStorage])")).not.toContain("local-key");
      expect(await page.locator('meta[name="tidepost-sign-in"]').count()).toBe(0);
    }
    const second = await context.newPage();
    await second.goto(`${consoleUrl}#/events`);
    await second.getByRole("heading", { level: 1, name: "Event catalogue" }).waitFor();
    // Who signs out can give another key.
    await second.getByRole("button", { name: /^local runtime/ }).click();
    await second.getByRole("menuitem", { name: "Sign out" }).click();
    for (const tab of [page, second]) await tab.getByLabel("API key", { exact: true }).waitFor();
    await second.reload();
    await second.getByLabel("API key", { exact: true }).waitFor();
    // A tab that is opened later signs in, and leaves the others alone.
    const third = await context.newPage();
    await third.goto(`${consoleUrl}#/events`);
    await third.getByRole("heading", { level: 1, name: "Event catalogue" }).waitFor();
    for (const tab of [page, second]) expect(await tab.getByLabel("API key", { exact: true }).count()).toBe(1);
    await context.close();
  });

  it("gives a page of another origin nothing that it could read", async () => {
    const context = await newContext(browser);
    const page = await context.newPage();
    // On this machine, so that no rule of the browser for the way here stands before ours.
    const foreign = await serveForeignPages("127.0.0.1");
    onTestFinished(foreign.close);
    await page.goto(foreignPage(foreign.origin, ""));
    const code = await freshCode();
    const got = await page.evaluate<readonly string[]>(`Promise.all([
      fetch(${JSON.stringify(consoleUrl)}),
      fetch(${JSON.stringify(consoleUrl)}, { mode: "no-cors" }),
      fetch(${JSON.stringify(`${consoleUrl}sign-in`)}, { method: "POST", body: ${JSON.stringify(JSON.stringify({ code }))} }),
    ].map((asked) => asked.then((answer) => answer.text(), (error) => error.name)))`);
    expect(got).toEqual(["TypeError", "", "TypeError"]);
    await context.close();
  });
});

describe("by HTTP", () => {
  it("exchanges a code for the key, once", async () => {
    const code = await freshCode();
    expect(await bring(code)).toMatchObject({
      status: 200,
      body: JSON.stringify({ key: "local-key" }),
      headers: { "cache-control": "no-store" },
    });
    expect((await bring(code)).status).toBe(403);
    const codes = await Promise.all([freshCode(), freshCode()]);
    expect(new Set(codes).size).toBe(2);
  });

  it.each<[what: string, headers: () => Readonly<Record<string, string | string[]>>]>([
    ["a name that leads here by DNS rebinding", () => ({ host: `rebound.example:${new URL(consoleUrl).port}` })],
    ["another loopback name", () => ({ host: `evil.${host.replace("127.0.0.1", "localhost")}` })],
    ["another address of this machine", () => ({ host: host.replace("127.0.0.1", "127.0.0.2") })],
    ["another port", () => ({ host: "127.0.0.1:1" })],
    ["no port", () => ({ host: "127.0.0.1" })],
    ["a page of another site", () => ({ "sec-fetch-site": "cross-site" })],
    ["a page of another port", () => ({ "sec-fetch-site": "same-site" })],
    ["a frame", () => ({ "sec-fetch-dest": "iframe" })],
    ["a script", () => ({ "sec-fetch-dest": "empty" })],
  ])("%s gets no code", async (_, headers) => {
    const answer = await document(headers());
    expect([200, 403]).toContain(answer.status);
    expect(answer.body).not.toContain("tidepost-sign-in");
  });

  it.each<[what: string, headers: () => Readonly<Record<string, string | string[]>>]>([
    ["no Origin", () => ({ ...own(), origin: [] })],
    ["the Origin null", () => ({ ...own(), origin: "null" })],
    ["a foreign Origin", () => ({ ...own(), origin: "http://foreign.example" })],
    ["the Origin of another port", () => ({ ...own(), origin: "http://127.0.0.1:1" })],
    ["the Origin by https", () => ({ ...own(), origin: `https://${host}` })],
    ["the Origin of the other name", () => ({ ...own(), origin: `http://${host.replace("127.0.0.1", "localhost")}` })],
    ["two Origins", () => ({ ...own(), origin: [`http://${host}`, "http://foreign.example"] })],
    ["a rebound Host", () => ({ ...own(), host: "rebound.example" })],
    ["a rebound Host and its Origin", () => ({ ...own(), host: "rebound.example", origin: "http://rebound.example" })],
    [
      "the other name's Host and Origin",
      () => {
        const other = host.replace("127.0.0.1", "localhost");
        return { ...own(), host: other, origin: `http://${other}` };
      },
    ],
    ["another site's page", () => ({ ...own(), "sec-fetch-site": "cross-site" })],
    ["a form's content type", () => ({ ...own(), "content-type": "text/plain" })],
  ])("with %s a code brings nothing, and is used up", async (_, headers) => {
    const code = await freshCode();
    const { status, body } = await bring(code, headers());
    expect([400, 403]).toContain(status);
    expect(body).not.toContain("local-key");
    if (body.includes("This code is not good here")) expect((await bring(code)).status).toBe(403);
  });

  it.each(["", "x".repeat(43), "__proto__", "x".repeat(100_000)])(
    "a code that nobody gave brings nothing",
    async (code) => {
      expect((await bring(code)).status).toBe(403);
    },
  );

  it.each(["", "[]", "{}", "null", '{"code":5}', "{", '{"code":"x","key":"y"}'])(
    "the body %j brings nothing",
    async (body) => {
      expect((await send("POST", { path: "sign-in", headers: own(), body })).status).toBe(403);
    },
  );

  it("answers no other method there", async () => {
    expect((await send("GET", { path: "sign-in", headers: own() })).status).toBe(404);
  });

  it("does not exist in the stack", async () => {
    const url = new URL("../console/", `${inject("sharedSystem").apiUrl}/`);
    const headers = { ...own(), origin: url.origin };
    expect((await send("GET", { headers: opened, url: url.href })).body).not.toContain("tidepost-sign-in");
    expect((await send("POST", { path: "sign-in", headers, body: '{"code":"x"}', url: url.href })).status).toBe(405);
  });
});

it("a key of one's own is not given away", async () => {
  const other = await startDevTerminal({ demo: false, key: "a-key-of-my-own" });
  try {
    const url = /^Ready {2}(\S+)\/v1/m.exec(other.lines().join("\n"))?.[1] ?? "";
    const headers = { ...opened };
    await served(`${url}/console/`);
    expect((await send("GET", { headers, url: `${url}/console/` })).body).not.toContain("tidepost-sign-in");
  } finally {
    await other.dev.stop();
  }
});
