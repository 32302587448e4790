import { describe, expect, it } from "vitest";
import { answer } from "../support/receiver-behaviour.ts";
import { useCli } from "../support/use-cli.ts";

// A batch that has failed once waits for half a minute.
const world = useCli({ args: ["--window", "1", "--retry-scale", "1"] });
const { cli, register, normal } = world;

/** Has a batch of two events fail once; returns the ids of webhook and batch. */
const waitingBatch = async (path: string) => {
  const fields = { events_mode: "selected", events: ["click"], auth_token: "secret-token-1" };
  const webhookId = await register(path, fields);
  world.receiver.respond(path, answer(503, {}, "busy"));
  expect((await cli(["trigger", "click", "-n", "2", "--no-wait"])).code).toBe(0);
  for (;;) {
    const [row] = (await cli(["batch", webhookId, "--state", "retrying", "--json"])).json();
    if (row !== undefined) return { webhookId, batchId: row.batch_id as string };
  }
};

describe("a batch that waits", () => {
  it("is shown with its body, its POST and its next attempt, and attempted at once when asked", async () => {
    const { webhookId, batchId } = await waitingBatch("/slow");
    const shown = normal((await cli(["batch", "slow", batchId])).out.join("\n"));
    expect(shown).toMatch(/^next attempt +in SPAN$/m);
    expect(shown).toMatch(/^expires +in SPAN$/m);
    expect(shown).toMatch(/^body +kept: --payload prints it$/m);
    expect(shown).toMatch(/^attempt 1 {2}TIME {2}✖ http_5xx 503 in SPAN$/m);
    expect(shown).toMatch(/^ {2}fix +\S/m);

    const found = normal((await cli(["find", batchId])).out.join("\n"));
    expect(found).toMatch(/^webhook +slow \(ID\)$/m);
    expect(found).toMatch(/^state +retrying$/m);
    expect((await cli(["find", batchId, "--json"])).json()).toMatchObject({ batch_id: batchId, webhook_id: webhookId });

    const payload = await cli(["batch", webhookId, batchId, "--payload"]);
    expect(payload.json()).toMatchObject([{ msys: { track_event: { type: "click" } } }, { msys: {} }]);
    const curl = await cli(["batch", webhookId, batchId, "--curl"]);
    expect(normal(curl.out.join("\n"))).toContain("tidepost batch ID ID --payload >");
    expect(normal(curl.out.join("\n"))).toContain("curl --globoff -X POST TARGET/slow ");
    expect(curl.error).toBe("Set WEBHOOK_TOKEN first.");
    expect((await cli(["batch", webhookId, batchId, "--curl", "--json"])).json()).toMatchObject({
      variables: ["WEBHOOK_TOKEN"],
    });
    // A receiver's log names the batch and not its webhook.
    expect((await cli(["batch", batchId, "--curl"])).out).toEqual(curl.out);
    expect((await cli(["batch", batchId, "--payload"])).json()).toEqual(payload.json());

    world.receiver.respond("/slow", answer(200));
    const done = await cli(["redeliver", "slow", batchId, "--json"]);
    expect(done.json()).toEqual({ batch_id: batchId, attempt: 2 });
    const followed = await cli(["tail", "slow", "--since", "5m", "--until-idle", "1s", "--json"]);
    expect(followed.out.map((line) => JSON.parse(line).attempt.outcome)).toEqual(["failed", "delivered"]);

    for (const option of ["--payload", "--curl"]) {
      const gone = await cli(["batch", webhookId, batchId, option]);
      expect(gone).toMatchObject({ code: 1, out: [], error: expect.stringContaining("The batch's body is not kept") });
    }
    expect(await cli(["redeliver", "slow", batchId])).toMatchObject({
      code: 1,
      error: expect.stringContaining("replay"),
    });
  });

  it("is told of when its webhook is listed, paused, changed and deleted", async () => {
    const { webhookId, batchId } = await waitingBatch("/late");
    const waits = "1 batch with 2 events, the first expires in SPAN";
    expect((await cli(["list", "--json"])).json()).toMatchObject([{ pending_batches: 1, pending_events: 2 }]);
    expect(normal((await cli(["get", "late"])).out.join("\n"))).toMatch(new RegExp(`^waiting +${waits}$`, "m"));
    const changed = await cli(["update", "late", "--batch-size", "100"]);
    expect(normal(changed.error)).toContain(`${waits} keep the old target and settings.`);
    const paused = await cli(["pause", webhookId, "--yes"]);
    expect(normal(paused.error)).toContain(`late (${webhookId.slice(0, 8)}): ${waits} wait until it is resumed`);
    expect(await cli(["redeliver", "late", batchId])).toMatchObject({
      code: 1,
      error: expect.stringContaining("paused"),
    });
    const kept = await cli(["delete", "late"], { reply: false });
    expect(normal(kept.error)).toContain(`late TARGET/late: ${waits}; they are still delivered, or expire`);
  });

  it("cannot be attempted when it is not there", async () => {
    await register("/in");
    const unknown = await cli(["redeliver", "in", "00000000-0000-4000-8000-000000000000", "--json"]);
    expect(unknown).toMatchObject({ code: 1, out: [] });
    expect(JSON.parse(unknown.error).errors).toMatchObject([{ code: "1600" }]);
  });
});

describe("a stored webhook", () => {
  it("is probed with its secrets, by samples when asked", async () => {
    await register("/crm", { auth_token: "secret-token-2" });
    const { code, json, out } = await cli(["probe", "--webhook", "crm", "--sample", "click,open", "--json"]);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ ok: true, stage: "response" });
    expect(out.join("")).not.toContain("secret-token-2");
    const posted = world.receiver.requests.findLast(({ path }) => path === "/crm");
    expect(posted?.headers["x-messagesystems-webhook-token"]).toBe("secret-token-2");
    expect(JSON.parse(String(posted?.body))).toHaveLength(2);
  });
});
