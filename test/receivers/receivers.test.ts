import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  languagesFor,
  receiverLanguages,
  type ReceiverSettings,
  renderReceiver,
} from "../../console/receiver-code/render-receiver.ts";
import type { Compression } from "#shared/contract/words.ts";
import { signatureHeaders } from "#shared/delivery/headers.ts";
import { signingSecretOf } from "#shared/webhooks/settings.ts";
import { freePort } from "../support/tidepost.ts";
import { isInstalled, type RunningReceiver, runReceiver } from "./run-receiver.ts";

const token = "s3cret 'token' $HOME #{1}";
const secret = signingSecretOf(Buffer.alloc(32, 7));
const ping = '[{"msys":{}}]';
/** Some 700 bytes an event, as real ones have. */
const padding = "ü".repeat(320);
const listOf = (count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, n) => ({ msys: { track_event: { type: "click", n, padding } } })));

interface Sent {
  readonly id?: string;
  readonly token?: string;
  readonly secret?: string;
  readonly signedAt?: number;
  readonly encoding?: Compression;
  readonly path?: string;
}

const compress: Readonly<Record<Compression, (body: string | Buffer) => Buffer>> = {
  none: (body) => Buffer.from(body),
  gzip: (body) => gzipSync(body),
  zstd: (body) => zstdCompressSync(body),
};

const kinds: readonly (readonly [string, Omit<ReceiverSettings, "target">])[] = [
  ["with a token, signed, compressed", { hasToken: true, isSigned: true, compression: "gzip" }],
  ["with a token, signed, in zstd", { hasToken: true, isSigned: true, compression: "zstd" }],
  ["with nothing", { hasToken: false, isSigned: false, compression: "none" }],
];

// A laptop need not have six languages; where the count matters all are there.
const languages = receiverLanguages.map((language) => {
  const canRun = isInstalled(language);
  return { language, canRun, title: canRun ? language : `${language}, which is not installed here` };
});

describe.each(languages)("the receiver in $title", ({ language, canRun }) => {
  it.skipIf(!canRun && process.env["CI"] !== "true")("runs as the file that it is made from", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/path-of-target`;
    const settings = { target: url, hasToken: true, isSigned: true, compression: "gzip" } as const;
    const { fileName, ...shown } = renderReceiver(language, settings);
    const code = readFileSync(new URL(`../../console/receiver-code/${fileName}`, import.meta.url), "utf8");
    const env = { WEBHOOK_TOKEN: token, WEBHOOK_SECRET: secret, PORT: String(port) };
    const running = await runReceiver({ language, receiver: { ...shown, fileName, code }, url, env });
    const headers = { "x-messagesystems-webhook-token": token };
    const response = await fetch(url, { method: "POST", headers, body: ping });
    expect(`${response.status} ${await response.text()}`).toBe("200 ping");
    await running.stop();
  });

  describe
    .skipIf(!canRun && process.env["CI"] !== "true")
    .each(kinds.filter(([, { compression }]) => languagesFor(compression).includes(language)))(
    "%s",
    (_, { hasToken, isSigned, compression }) => {
      const isCompressed = compression !== "none";
      let running: RunningReceiver;
      let target: string;
      beforeAll(async () => {
        if (!canRun) throw new Error(`${language} is not installed`);
        const port = await freePort();
        target = `http://127.0.0.1:${port}/it's/a$hook`;
        const receiver = renderReceiver(language, { target, hasToken, isSigned, compression });
        const env = { WEBHOOK_TOKEN: token, WEBHOOK_SECRET: secret };
        running = await runReceiver({ language, receiver, url: target, env });
      });
      afterAll(async () => await running?.stop());

      /** POSTs as a webhook with these settings does, unless told otherwise. */
      const send = async (body: string | Buffer, sent: Sent = {}): Promise<string> => {
        const id = sent.id ?? crypto.randomUUID();
        const encoding = sent.encoding ?? compression;
        const bytes = compress[encoding](body);
        const signing = { secret: sent.secret ?? secret, rotated: [] };
        const headers = {
          "content-type": "application/json",
          ...(encoding === "none" ? {} : { "content-encoding": encoding }),
          "x-messagesystems-batch-id": id,
          ...(hasToken ? { "x-messagesystems-webhook-token": sent.token ?? token } : {}),
          ...(isSigned
            ? signatureHeaders({ messageId: id, json: Buffer.from(body), signing, now: sent.signedAt ?? Date.now() })
            : {}),
        };
        const response = await fetch(new URL(sent.path ?? "", target), { method: "POST", headers, body: bytes });
        return `${response.status} ${await response.text()}`;
      };
      const stored = (): readonly string[] =>
        ["inbox", "done", "failed"].flatMap((name) => readdirSync(join(running.folder, name))).toSorted();

      it("takes a ping, and stores nothing", async () => {
        expect([await send(ping), await send("[]")]).toEqual(["200 ping", "200 ping"]);
        expect(await send(ping, { secret: signingSecretOf(Buffer.alloc(32, 8)) })).toBe("200 ping");
        expect(stored()).toEqual([]);
      });

      it("stores a batch once, answers, and works on it afterwards", async () => {
        const [first, large] = [crypto.randomUUID(), crypto.randomUUID()];
        expect(await send(listOf(2), { id: first })).toBe("200 stored");
        expect(running.output()).not.toContain(first);
        await running.letWork();
        await vi.waitUntil(() => running.output().includes(`${first}: `), { timeout: 240_000 });
        expect(await send(listOf(2), { id: first })).toBe("200 duplicate");
        expect(await send(listOf(10_000), { id: large })).toBe("200 stored");
        await vi.waitUntil(() => running.output().includes(`${large}: `), { timeout: 240_000 });
        expect(running.output().split(`${first}: `)).toHaveLength(2);
        const counts = language === "java" ? `${listOf(10_000).length} characters` : "10000 events";
        expect(running.output()).toContain(`${large}: ${counts}`);
        await vi.waitUntil(() => readdirSync(join(running.folder, "inbox")).length === 0, { timeout: 240_000 });
        expect(stored()).toEqual([`${first}.json`, `${large}.json`].toSorted());
        expect(readFileSync(join(running.folder, "done", `${large}.json`), "utf8")).toBe(listOf(10_000));
      });

      it("refuses what is no batch, is elsewhere, is too large, or has no usable id", async () => {
        const before = stored();
        expect(await send('{"a":')).toBe("400 not a batch");
        expect(await send(listOf(1), { path: "/elsewhere" })).toBe("404 not found");
        expect(await send(listOf(1), { id: "../x" })).toBe("400 no batch id");
        expect(await send(Buffer.alloc(16 * 1024 * 1024 + 1, " "), { encoding: "none" })).toBe("413 too large");
        expect(stored()).toEqual(before);
      });

      it("takes plain bodies, and of gzip what it asked for, whole and within limits", async () => {
        expect(await send(listOf(2), { encoding: "none" })).toBe("200 stored");
        expect(await send(listOf(2), { encoding: "gzip" })).toBe(isCompressed ? "200 stored" : "400 not a batch");
        expect(await send(Buffer.alloc(17 * 1024 * 1024, " "), { encoding: "gzip" })).toBe("400 not a batch");
        const headers = { "content-encoding": "gzip", "x-messagesystems-webhook-token": token };
        const response = await fetch(target, { method: "POST", headers, body: gzipSync(listOf(9)).subarray(0, 40) });
        expect(response.status).toBe(400);
      });

      it("refuses a wrong token, also of a ping, where there is one", async () => {
        expect(await send(ping, { token: "other" })).toBe(hasToken ? "401 wrong token" : "200 ping");
        expect(await send(listOf(1), { token: "" })).toBe(hasToken ? "401 wrong token" : "200 stored");
      });

      it("refuses a wrong signature, and one that is old, where there is one", async () => {
        const expected = isSigned ? "401 wrong signature" : "200 stored";
        expect(await send(listOf(1), { secret: signingSecretOf(Buffer.alloc(32, 8)) })).toBe(expected);
        expect(await send(listOf(1), { signedAt: Date.now() - 400_000 })).toBe(expected);
        expect(await send(listOf(1), { signedAt: Date.now() + 400_000 })).toBe(expected);
      });
    },
  );
});
