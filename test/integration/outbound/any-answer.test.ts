import fc from "fast-check";
import { expect, test } from "vitest";
import { outboundFixture, post } from "./client-fixture.ts";

const { receiver: startReceiver, client: startClient } = outboundFixture();

const statusLine = fc.constantFrom(
  "HTTP/1.1 200 OK",
  "HTTP/1.0 500 No",
  "HTTP/1.1 100 Continue",
  "HTTP/1.1 103 X",
  "HTTP/2 200",
  "HTTP/1.1 99999",
);
const headerLine = fc.oneof(
  fc.constantFrom(
    "content-length: 3",
    "transfer-encoding: chunked",
    "connection: close",
    "upgrade: x",
    "content-length: -1",
    "__proto__: x",
  ),
  fc.string({ unit: "binary-ascii" }),
);
const body = fc.oneof(fc.constantFrom("abc", "3\r\nabc\r\n0\r\n\r\n", ""), fc.string({ unit: "binary" }));
const nearlyHttp = fc
  .tuple(statusLine, fc.array(headerLine, { maxLength: 3 }), body)
  .map(([first, headers, rest]) => `${[first, ...headers].join("\r\n")}\r\n\r\n${rest}`);
const text = fc.oneof(
  nearlyHttp,
  fc.array(nearlyHttp, { maxLength: 3 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary" }),
);

test("whatever bytes a target answers, the POST ends with an answer or a reason, and the client goes on", async () => {
  const receiver = await startReceiver();
  const client = startClient();
  await fc.assert(
    fc.asyncProperty(text, fc.boolean(), async (answerText, late) => {
      receiver.respond("/", { kind: "raw", text: late ? [answerText, ""] : answerText, end: true });
      const ended = await post(client, receiver.url);
      expect(["answered", "connection_reset", "invalid_response"]).toContain(
        ended.kind === "answered" ? ended.kind : ended.reason,
      );
      expect(ended.kind === "answered" ? ended.excerpt : "").not.toMatch(/[^\P{Cc}\n\t]/u);
      await receiver.until(({ openConnections }) => openConnections === 0);
      expect(await post(client, `${receiver.url}/fine`)).toMatchObject({ kind: "answered", status: 200 });
    }),
    { numRuns: 150 },
  );
});
