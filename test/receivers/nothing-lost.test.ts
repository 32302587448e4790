import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { receiverLanguages, renderReceiver } from "../../console/receiver-code/render-receiver.ts";
import { signingSecretOf } from "#shared/webhooks/settings.ts";
import { signatureHeaders } from "#shared/delivery/headers.ts";
import { freePort } from "../support/tidepost.ts";
import { isInstalled, type RunningReceiver, runReceiver, startInVain } from "./run-receiver.ts";

const wait = { timeout: 240_000, interval: 50 };
const [oldSecret, secret] = [signingSecretOf(Buffer.alloc(32, 1)), signingSecretOf(Buffer.alloc(32, 2))];
const good = { WEBHOOK_TOKEN: "new", WEBHOOK_SECRET: secret };

/** Settings that would let in everyone, or nobody, and what the program says of them. */
const unusable: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  ["an empty token", { ...good, WEBHOOK_TOKEN: "" }, /WEBHOOK_TOKEN.* is not set or empty/],
  ["a token of spaces", { ...good, WEBHOOK_TOKEN: " \t" }, /WEBHOOK_TOKEN.* is not set or empty/],
  ["no token", { WEBHOOK_SECRET: secret }, /WEBHOOK_TOKEN.* is not set or empty/],
  ["an empty old token", { ...good, WEBHOOK_TOKEN_OLD: "" }, /WEBHOOK_TOKEN_OLD is not set or empty/],
  ["an empty secret", { ...good, WEBHOOK_SECRET: "" }, /WEBHOOK_SECRET.* is not set or empty/],
  ["no secret", { WEBHOOK_TOKEN: "new" }, /WEBHOOK_SECRET.* is not set or empty/],
  ["a secret without bytes", { ...good, WEBHOOK_SECRET: "whsec_" }, /WEBHOOK_SECRET is not whsec_ and base64/],
  ["a damaged secret", { ...good, WEBHOOK_SECRET: "whsec_!!!!" }, /WEBHOOK_SECRET is not whsec_ and base64/],
  ["a secret of another kind", { ...good, WEBHOOK_SECRET: "changeme" }, /WEBHOOK_SECRET is not whsec_ and base64/],
];

const languages = receiverLanguages.map((language) => {
  const canRun = isInstalled(language);
  return { language, canRun, title: canRun ? language : `${language}, which is not installed here` };
});

/** Where a program listens that is told its port: its code is the same at each start, and compiled once. */
const newPlace = async () => {
  const port = await freePort();
  return { url: `http://127.0.0.1:${port}/hook`, env: { PORT: String(port) } };
};

describe.each(languages)("the receiver in $title", ({ language, canRun }) => {
  const isSkipped = !canRun && process.env["CI"] !== "true";
  const target = "http://127.0.0.1/hook";
  const isCompiledAnew = false;

  it.skipIf(isSkipped).each(unusable)("does not start with %s", async (_, settings, reason) => {
    const place = await newPlace();
    const receiver = renderReceiver(language, { target, hasToken: true, isSigned: true, compression: "none" });
    const env = { ...place.env, ...settings };
    const { code, output } = await startInVain({ language, receiver, isCompiledAnew, url: place.url, env });
    expect(output).toMatch(reason);
    expect(code).toBe(1);
  });

  it.skipIf(isSkipped)(
    "takes what carries the old token or secret while one is being replaced, and nothing else",
    async () => {
      const { url, env: place } = await newPlace();
      const receiver = renderReceiver(language, { target, hasToken: true, isSigned: true, compression: "none" });
      const env = { ...place, ...good, WEBHOOK_TOKEN_OLD: "old", WEBHOOK_SECRET_OLD: oldSecret };
      const running = await runReceiver({ language, receiver, isCompiledAnew, url, env });
      const send = async (token: string, signedWith: string): Promise<number> => {
        const [batchId, body] = [crypto.randomUUID(), Buffer.from(listOf("1"))];
        const signing = { secret: signedWith, rotated: [] };
        const headers = {
          ...signatureHeaders({ messageId: batchId, json: body, signing, now: Date.now() }),
          "X-MessageSystems-Webhook-Token": token,
        };
        return (await fetch(url, { method: "POST", headers, body })).status;
      };
      expect([await send("new", secret), await send("old", oldSecret)]).toEqual([200, 200]);
      expect([await send("", secret), await send("older", secret)]).toEqual([401, 401]);
      expect(await send("new", signingSecretOf(Buffer.alloc(32, 3)))).toBe(401);
      await running.stop();
    },
  );

  describe.skipIf(isSkipped)("once it has answered", () => {
    let running: RunningReceiver;
    let url: string;

    beforeEach(async () => {
      const place = await newPlace();
      ({ url } = place);
      const receiver = renderReceiver(language, { target, hasToken: false, isSigned: false, compression: "none" });
      running = await runReceiver({ language, receiver, isCompiledAnew, ...place });
    });
    afterEach(async () => await running.stop());

    const send = async (batchId: string, body: string): Promise<string> => {
      const headers = { "X-MessageSystems-Batch-ID": batchId };
      const response = await fetch(url, { method: "POST", headers, body });
      return `${response.status} ${await response.text()}`;
    };
    const filesIn = (folder: string): readonly string[] => readdirSync(join(running.folder, folder));
    /** What it prints arrives later than what it does to files. */
    const untilSaid = async (text: string): Promise<void> =>
      void (await vi.waitUntil(() => running.output().includes(text), wait));
    const timesProcessed = (batchId: string): number => running.output().split(`${batchId}: `).length - 1;

    it("processes after a restart what it had not processed when it was killed, once", async () => {
      expect(await send("killed", listOf("1"))).toBe("200 stored");
      await running.kill();
      expect(timesProcessed("killed")).toBe(0);
      await running.letWork();
      await running.start();
      await vi.waitUntil(() => filesIn("done").includes("killed.json"), wait);
      await untilSaid("killed: ");
      expect(await send("killed", listOf("1"))).toBe("200 duplicate");
      await running.kill();
      await running.start();
      expect(await send("killed", listOf("1"))).toBe("200 duplicate");
      expect(await send("next", listOf("1"))).toBe("200 stored");
      await vi.waitUntil(() => filesIn("done").includes("next.json"), wait);
      await untilSaid("next: ");
      expect([timesProcessed("killed"), timesProcessed("next")]).toEqual([1, 1]);
      expect(filesIn("inbox")).toEqual([]);
    });

    it("tries again what failed, and takes others meanwhile", async () => {
      await running.letWork();
      await running.letFail(true);
      expect(await send("failing", listOf("1"))).toBe("200 stored");
      await untilSaid("failing failed");
      expect(await send("failing", listOf("1"))).toBe("200 duplicate");
      await running.letFail(false);
      expect(await send("other", listOf("1"))).toBe("200 stored");
      await vi.waitUntil(() => filesIn("done").length === 2, wait);
      await untilSaid("failing: ");
      await untilSaid("other: ");
      expect([timesProcessed("failing"), timesProcessed("other")]).toEqual([1, 1]);
    });

    it("keeps what failed to the last attempt, and goes on", async () => {
      await running.letWork();
      await running.letFail(true);
      expect(await send("hopeless", listOf("1"))).toBe("200 stored");
      await vi.waitUntil(() => filesIn("failed").includes("hopeless.json"), wait);
      await vi.waitUntil(() => running.output().split("hopeless failed").length === 4, wait);
      expect(readFileSync(join(running.folder, "failed", "hopeless.json"), "utf8")).toBe(listOf("1"));
      await running.letFail(false);
      expect(await send("hopeless", listOf("1"))).toBe("200 duplicate");
      expect(await send("other", listOf("1"))).toBe("200 stored");
      await vi.waitUntil(() => filesIn("done").includes("other.json"), wait);
      expect(timesProcessed("hopeless")).toBe(0);
    });

    it.each([
      ["half an emoji", String.raw`"Sale \ud83c"`],
      ["the other half, in a name", String.raw`{"\udf89, [{":"\\\""}`],
      ["nesting of 600", `${"[".repeat(600)}${"]".repeat(600)}`],
      ["nesting of 5,000", `${'{"a":['.repeat(2_500)}${"]}".repeat(2_500)}`],
      ["1e400", "1e400"],
      ["a number of 5,000 digits", "9".repeat(5_000)],
    ])("takes a batch in which an event has %s, and processes its neighbours", async (_, value) => {
      await running.letWork();
      const body = listOf('"}, {"', value, '"]"');
      expect(await send("odd", body)).toBe("200 stored");
      await vi.waitUntil(() => filesIn("done").includes("odd.json"), wait);
      expect(readFileSync(join(running.folder, "done", "odd.json"), "utf8")).toBe(body);
      await untilSaid(language === "java" ? " characters" : " events");
      const isLeftOut = running.output().includes("odd: element 1 is left out");
      // Java's program leaves reading to a library of its user's choice.
      const said = language === "java" ? `${body.length} characters` : `${isLeftOut ? 2 : 3} events`;
      expect(running.output()).toContain(`odd: ${said}`);
    });
  });
});

/** A batch with one event for each value, which is JSON. */
function listOf(...values: readonly string[]): string {
  const events = values.map((value) => `{"msys":{"track_event":{"type":"click","subject":${value}}}}`);
  return `[${events.join(",")}]`;
}
