import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleTitle, samplePairs } from "../support/hostile-cases.ts";
import { hostileTexts } from "../support/hostile-values.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

let tidepost: Tidepost;
beforeAll(async () => {
  tidepost = await joinTidepost();
});
afterAll(async () => await tidepost.stop());

/** Sends bytes; resolves with the status of the answer, or undefined when the connection was closed without one. */
const exchange = async (bytes: Buffer): Promise<number | undefined> => {
  const { hostname, port } = new URL(tidepost.apiUrl);
  return await new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(30_000, () => socket.destroy(new Error("there is no answer")));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (text.includes("\r\n\r\n")) socket.end();
    });
    socket.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" || error.code === "EPIPE" ? resolve(undefined) : reject(error),
    );
    socket.once("close", () => resolve(/^HTTP\/1.1 (\d+)/.test(text) ? Number(text.slice(9, 12)) : undefined));
  });
};

const headers = [
  "Authorization",
  "X-MSYS-SUBACCOUNT",
  "Content-Type",
  "Content-Encoding",
  "User-Agent",
  "Idempotency-Key",
  "Host",
  "Cookie",
];
const places = ["method", "path", "query", "header name", "body", ...headers] as const;

const requestOf = (place: string, text: string): Buffer => {
  const at = (own: string, otherwise: string): string => (place === own ? text : otherwise);
  const { pathname } = new URL(tidepost.apiUrl);
  const body = Buffer.from(at("body", '{"label":"x","grants":[]}'));
  const own = headers.includes(place) ? [[place, text]] : [];
  const lines = [
    ["Host", "127.0.0.1"],
    ["Authorization", tidepost.key],
    ["Content-Type", "application/json"],
    ["Connection", "close"],
    ...own,
    [at("header name", "X-Any"), "x"],
  ];
  const sent = new Map(lines.map(([name = "", value = ""]) => [name, value]));
  const head = [
    `${at("method", "POST")} ${pathname}/api-keys${place === "path" ? `/${text}` : ""}${place === "query" ? `?limit=${text}` : ""} HTTP/1.1`,
    ...[...sent].map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
};

describe(`whatever bytes a client sends (${sampleTitle})`, () => {
  it("is answered without a fault, or not at all where it is no HTTP, and the system goes on", async () => {
    const faults: string[] = [];
    for (const [place, [name, text]] of samplePairs(places, Object.entries(hostileTexts), 6)) {
      const status = await exchange(requestOf(place, text));
      if (status !== undefined && status >= 500) faults.push(`${place}: ${name} is answered ${status}`);
    }
    expect(faults).toEqual([]);
    expect((await tidepost.call("GET", "/whoami")).status).toBe(200);
  });
});
