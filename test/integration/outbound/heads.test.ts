import { expect, test } from "vitest";
import { outboundFixture, post } from "./client-fixture.ts";

const { receiver: startReceiver, client: startClient } = outboundFixture();

const heads: readonly (readonly [string, string | readonly string[]])[] = [
  ["a folded header", "HTTP/1.1 200 OK\r\nx-note: a\r\n  b\r\n\tc\r\ncontent-length: 2\r\n\r\nok"],
  ["a folded header in pieces", ["HTTP/1.1 200 OK\r\nx-note: a\r\n", " b\r\n c\r\ncontent-length: 2\r\n\r\nok"]],
  [
    "103 and then 100",
    `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx-note: a b c\r\ncontent-length: 2\r\n\r\nok`,
  ],
  [
    "100, 103, 100 in pieces",
    [
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n",
      "\r\nHTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 200 OK\r\nx-note: a b c\r\ncontent-length: 2\r\n\r\nok",
    ],
  ],
  [
    "a head whose first word comes in pieces, behind another one",
    ["HTT", "P/1.1 100 Continue\r\n\r\nH", "TTP/1.1 200 OK\r\nx-note: a b c\r\ncontent-length: 2\r\n\r\nok"],
  ],
  [
    "40 KB of headers",
    `HTTP/1.1 200 OK\r\nx-note: a b c\r\nx-large: ${"x".repeat(40_000)}\r\ncontent-length: 2\r\n\r\nok`,
  ],
];

test.each(heads)("an answer with %s is what it says, and the connection goes on", async (_, text) => {
  const receiver = await startReceiver();
  const client = startClient();
  receiver.respond("/odd", { kind: "raw", text, end: false });
  const ended = await post(client, `${receiver.url}/odd`);
  expect(ended).toMatchObject({ kind: "answered", status: 200, excerpt: "ok", headers: { "x-note": "a b c" } });
  expect(await post(client, `${receiver.url}/odd`)).toMatchObject({ kind: "answered", status: 200 });
});

test("a body that looks like folded heads comes as it is", async () => {
  const receiver = await startReceiver();
  const body = "HTTP/1.1 100 Continue\r\na: b\r\n c";
  const text = [`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`, body];
  receiver.respond("/", { kind: "raw", text, end: false });
  const ended = await post(startClient(), receiver.url);
  expect(ended).toMatchObject({ kind: "answered", excerpt: body.replaceAll("\r", "") });
});

// Bytes that could begin a head, and none: an exception here would end the function with all deliveries under way.
test.each(["x", "HTT", "HTTX", "\r\n"])("an answer of %j alone is a failure", async (text) => {
  const receiver = await startReceiver();
  receiver.respond("/", { kind: "raw", text, end: true });
  expect(await post(startClient(), receiver.url)).toMatchObject({ kind: "failed" });
});
