import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useApi } from "./use-api.ts";

const system = useApi();
const { call, create } = system;

/** Receivers behind some gateways look headers up by their exact spelling, so the bytes on the wire are what counts. */
let server: Server;
let heads: string[];
let origin: string;

beforeEach(async () => {
  heads = [];
  server = createServer((socket) => {
    let text = "";
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end === -1) return;
      const head = text.slice(0, end);
      const length = Number(/^Content-Length: (\d+)$/m.exec(head)?.[1]);
      if (text.length < end + 4 + length) return;
      heads.push(head);
      const answer = head.startsWith("POST /token ") ? '{"access_token":"granted"}' : "";
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${answer.length}\r\nConnection: close\r\n\r\n${answer}`);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  origin = `http://127.0.0.1:${address.port}`;
});
afterEach(() => server.close());

const fields = () => ({
  target: `${origin}/hook`,
  auth_token: "s3cret",
  custom_headers: { "X-Account-ID": "7", "x-lower-case": "8", "X-UPPER-CASE": "9" },
  auth_type: "oauth2",
  auth_request_details: {
    url: `${origin}/token`,
    body: { client_id: "me", client_secret: "hidden" },
    headers: { "X-Tenant-ID": "1", "x-lower-case": "2", accept: "text/plain" },
  },
});

/** Names of a head's headers, as they came. */
const namesOf = (head: string | undefined): readonly string[] =>
  (head ?? "")
    .split("\r\n")
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(":")));

const expectSpelling = (count: number): void => {
  const tokens = heads.filter((head) => head.startsWith("POST /token "));
  const posts = heads.filter((head) => head.startsWith("POST /hook "));
  expect([tokens.length, posts.length]).toEqual([count, count]);
  for (const head of posts) {
    const names = ["Content-Type", "Authorization", "X-MessageSystems-Batch-ID", "X-MessageSystems-Webhook-Token"];
    expect(namesOf(head)).toEqual(expect.arrayContaining([...names, "X-Account-ID", "x-lower-case", "X-UPPER-CASE"]));
  }
  for (const head of tokens) {
    expect(namesOf(head)).toEqual(expect.arrayContaining(["Accept", "Content-Type", "X-Tenant-ID", "x-lower-case"]));
    expect(namesOf(head).filter((name) => name.toLowerCase() === "accept")).toHaveLength(1);
  }
};

describe("header names on the wire are spelled as the contract and the webhook spell them", () => {
  it("in the test POST and the token request of a creation", async () => {
    await create(fields());
    expectSpelling(1);
  });

  it("in those of an update", async () => {
    const id = await create();
    expect((await call("PUT", `/${id}`, { body: fields() })).status).toBe(200);
    expectSpelling(1);
  });

  it("in those of validate", async () => {
    const id = await create(fields());
    expect((await call("POST", `/${id}/validate`)).status).toBe(200);
    expectSpelling(2);
  });

  it("in those of a probe", async () => {
    expect((await call("POST", "/probe", { body: fields() })).status).toBe(200);
    expectSpelling(1);
  });
});
