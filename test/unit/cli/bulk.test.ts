import { describe, expect, it } from "vitest";
import type { BulkSubject } from "#shared/bulk/run-bulk.ts";
import { type BulkRun, runBulk } from "../../../cli/bulk/run-bulk.ts";
import { CliError, exitCodes } from "../../../cli/errors.ts";
import type { CommandTerminal } from "../../../cli/terminal.ts";

const subjects = Array.from({ length: 30 }, (_, n) => ({ id: String(n), name: `Webhook ${n}` }));
const failure = (status: number, retryAfterMs?: number) =>
  new CliError(exitCodes.failed, { message: `status ${status}` }, { status, retryAfterMs });
const away = () => new CliError(exitCodes.unreachable, { message: "away" });

const run = async (
  perform: (subject: BulkSubject, out: readonly string[]) => Promise<object>,
  change: Partial<BulkRun<object> & CommandTerminal> = {},
) => {
  const out: string[] = [];
  const terminal: CommandTerminal = {
    out: (text) => void out.push(text),
    error: () => undefined,
    readInput: () => Promise.resolve(""),
    env: {},
    folder: "/",
    json: true,
    note: () => undefined,
    paint: (_, text) => text,
    interrupted: change.interrupted,
  };
  const told = { label: "Rotating", done: "rotated", isRepeatable: false, isQuiet: false };
  const code = await runBulk({
    ...told,
    terminal,
    subjects,
    ...change,
    perform: async (one: BulkSubject) => await perform(one, out),
  });
  const outcomes = JSON.parse(out.join("\n")) as readonly { readonly outcome: string }[];
  return { code, count: (kind: string) => outcomes.filter(({ outcome }) => outcome === kind).length };
};

describe("what a command does to many webhooks", () => {
  it("is printed as JSON when it was done, before the others are, so that no secret is lost with the command", async () => {
    const secrets: string[] = [];
    await run(({ id }, out) => {
      // Whatever had ended six webhooks ago was printed by then.
      for (const secret of secrets.slice(0, -6)) expect(out.join("\n")).toContain(secret);
      secrets.push(`whsec_of_${id}_`);
      return Promise.resolve({ signing_secret: `whsec_of_${id}_` });
    });
    expect(secrets).toHaveLength(30);
  });

  it("fails for one webhook alone where an error is one that nobody expected", async () => {
    const { code, count } = await run(({ id }) => {
      if (id === "3") throw new TypeError("a fault");
      return Promise.resolve({});
    });
    expect([code, count("failed"), count("done")]).toEqual([exitCodes.failed, 1, 29]);
  });

  it.each([
    ["is not reached time after time", away(), exitCodes.unreachable],
    ["cannot work time after time", failure(503), exitCodes.failed],
    ["refuses the key", new CliError(exitCodes.notAllowed, { message: "refused" }), exitCodes.notAllowed],
  ])("ends when the API %s, and leaves the others as they are", async (_, error, exitCode) => {
    const { code, count } = await run(({ id }) => (id === "0" ? Promise.resolve({}) : Promise.reject(error)));
    expect(code).toBe(exitCode);
    expect(count("done")).toBe(1);
    expect(count("failed")).toBeLessThan(13);
    expect(count("not_tried")).toBe(29 - count("failed"));
  });

  it("goes on when single webhooks meet a fault", async () => {
    const { code, count } = await run(({ id }) =>
      Number(id) % 3 === 0 ? Promise.reject(away()) : Promise.resolve({}),
    );
    expect([code, count("failed"), count("done")]).toEqual([exitCodes.failed, 10, 20]);
  });

  it("is not tried again where nobody knows whether it was done", async () => {
    let calls = 0;
    const { code, count } = await run(() => ((calls += 1) === 4 ? Promise.reject(failure(503)) : Promise.resolve({})));
    expect([code, count("failed"), count("done"), calls]).toEqual([exitCodes.failed, 1, 29, 30]);
  });

  it("waits as the API asks, all requests together, when they are too many", async () => {
    const calls: string[] = [];
    let refusedAt: number | undefined;
    const early: string[] = [];
    const { code, count } = await run(({ id }) => {
      calls.push(id);
      if (calls.length === 8) {
        refusedAt = performance.now();
        // Longer than it would wait without being asked.
        return Promise.reject(failure(429, 1_100));
      }
      if (refusedAt !== undefined && performance.now() < refusedAt + 1_090) early.push(id);
      return new Promise((resolve) => setTimeout(resolve, 5, {}));
    });
    expect([code, count("done"), calls.length]).toEqual([exitCodes.done, 30, 31]);
    expect(early.length).toBe(0);
  });

  it("ends at once at Ctrl-C, also while it waits to try again", async () => {
    const ctrlC = new AbortController();
    const { code, count } = await run(
      ({ id }) => {
        if (id === "5") ctrlC.abort();
        return Promise.reject(failure(429, 3_600_000));
      },
      { interrupted: () => ctrlC.signal },
    );
    expect([code, count("failed"), count("not_tried")]).toEqual([exitCodes.failed, 6, 24]);
  });
});
