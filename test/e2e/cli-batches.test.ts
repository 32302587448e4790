import { describe, expect, it } from "vitest";
import { answer } from "../support/receiver-behaviour.ts";
import { until, useCli } from "../support/use-cli.ts";

const world = useCli();
const { cli, register, normal } = world;

/** Has a webhook get a batch of one event; returns the ids of both. */
const deliverOne = async (path: string) => {
  const webhookId = await register(path, { events_mode: "selected", events: ["click"] });
  const ended = await cli(["trigger", "click", "--json"]);
  expect(ended.code).toBe(0);
  return { webhookId, batchId: ended.json().batches[0].batch_id as string };
};

describe("tidepost trigger", () => {
  it("sends samples with their own ids and fields, and shows the batch when it comes", async () => {
    await register("/in", { name: "in", events_mode: "selected", events: ["click"] });
    await register("/other", { events_mode: "selected", events: ["bounce"] });
    const { code, out, error } = await cli([
      "trigger",
      "click",
      "-n",
      "2",
      "--set",
      "rcpt_to=ann@example.com",
      "--set",
      "x=[1]",
    ]);
    expect({ code, out: normal(out.join("\n")).split("\n") }).toEqual({
      code: 0,
      out: [
        "✔ accepted 2 click events",
        expect.stringMatching(/^ {2}\d{10,20}$/),
        expect.stringMatching(/^ {2}\d{10,20}$/),
        expect.stringMatching(
          /^CLOCK {2}[0-9a-f]{8} {2}2 events {2}✔ 200 in SPAN {2}attempt 1 {2}closed by window SPAN {2}click 2$/,
        ),
      ],
    });
    expect(normal(error)).toContain("Waiting until CLOCK for a batch to in.");
    const posted = world.receiver.requests.findLast(({ path }) => path === "/in");
    expect(JSON.parse(String(posted?.body))).toMatchObject([
      { msys: { track_event: { type: "click", rcpt_to: "ann@example.com", x: [1], event_id: out[1]?.trim() } } },
      { msys: { track_event: { type: "click", event_id: out[2]?.trim() } } },
    ]);
  });

  it("does not wait for webhooks whose filter or sub-accounts leave the events out, and names them", async () => {
    await register("/in", { name: "in", filter: { field: "campaign_id", eq: "spring" } });
    await register("/summer", { name: "summer", filter: { field: "campaign_id", eq: "summer" } });
    await register("/others", { name: "others", exception_subaccounts: ["7"] });
    const set = ["--set", "campaign_id=spring", "--set", "subaccount_id=7"];
    const { code, error } = await cli(["trigger", "click", ...set]);
    expect(code).toBe(0);
    expect(error).toContain("Its filter or sub-accounts leave such an event out: summer, others.");
    expect(error).toMatch(/for a batch to in\./);
    const none = await cli(["trigger", "click", "--set", "campaign_id=autumn", "--set", "subaccount_id=7"]);
    expect(none).toMatchObject({ code: 1, error: expect.stringContaining("No active webhook takes such an event") });
    expect(none.error).toContain("leave such an event out: in, summer, others.");
  });

  it("does not wait when told so", async () => {
    await register("/in");
    const ended = await cli(["trigger", "open", "--no-wait", "--json"]);
    expect(ended.json()).toMatchObject({ accepted: 1, event_ids: [expect.any(String)], batches: [] });
    expect(ended.code).toBe(0);
  });

  it("ends with 1 when no webhook takes the type, when the batch is late, and for an unknown type", async () => {
    expect(await cli(["trigger", "open"])).toMatchObject({
      code: 1,
      error: expect.stringContaining("No active webhook takes open"),
    });
    await register("/down");
    world.receiver.respond("/down", answer(500));
    const late = await cli(["trigger", "open", "--timeout", "3s", "--json"]);
    expect(late.code).toBe(1);
    expect(JSON.parse(late.error).errors).toMatchObject([
      { message: "Not delivered in time to down", code: "not_delivered" },
    ]);
    const typo = await cli(["trigger", "clik"]);
    expect(typo).toMatchObject({ code: 1, out: [], error: expect.stringContaining("Did you mean 'click'?") });
    expect(await cli(["trigger", "open", "-n", "0"])).toMatchObject({ code: 2 });
  });
});

describe("tidepost batch", () => {
  it("lists batches and shows one with its attempts", async () => {
    const { webhookId, batchId } = await deliverOne("/in");
    const { code, out } = await cli(["batch", "in"]);
    expect(code).toBe(0);
    expect(normal(out[1] ?? "")).toMatch(new RegExp(`^${batchId.slice(0, 8)} +TIME +delivered +1 +1 +200$`));
    expect((await cli(["batch", webhookId, "--quiet"])).out).toEqual([batchId]);
    expect((await cli(["batch", webhookId, "--state", "retrying", "--json"])).json()).toEqual([]);
    const shown = normal((await cli(["batch", "in", batchId.slice(0, 8)])).out.join("\n"));
    expect(shown).toMatch(/^state +delivered$/m);
    expect(shown).toMatch(/^types +click 1$/m);
    expect(shown).toMatch(/^closed +by window SPAN$/m);
    expect(shown).toMatch(/^attempt 1 {2}TIME {2}✔ 200 in SPAN$/m);
    expect((await cli(["batch", webhookId, batchId, "--json"])).json()).toMatchObject({
      batch_id: batchId,
      attempts: [{ n: 1, outcome: "delivered", status: 200 }],
    });
  });

  it("follows the pages of a long list up to the limit", async () => {
    const { webhookId } = await deliverOne("/in");
    expect((await cli(["trigger", "click"])).code).toBe(0);
    const { out, error } = await cli(["batch", webhookId, "--limit", "1"]);
    expect(out).toHaveLength(2);
    expect(error).toContain("There are more");
    expect((await cli(["batch", webhookId, "--json", "--limit", "1000"])).json()).toHaveLength(2);
  });

  it("prints a delivered body that its webhook keeps, sends it again, and to another URL without secrets", async () => {
    const webhookId = await register("/in", { events_mode: "selected", events: ["click"], auth_token: "s3cret-token" });
    expect((await cli(["update", webhookId, "--keep-bodies", "3"])).code).toBe(0);
    expect((await cli(["get", webhookId])).out.join("\n")).toMatch(/keeps bodies +for 3 days/);
    const batchId = (await cli(["trigger", "click", "--json"])).json().batches[0].batch_id as string;
    const at = (path: string) => world.receiver.requests.filter((request) => request.path === path);
    const posted = JSON.parse(String(at("/in").at(-1)?.body)) as unknown;
    expect((await cli(["batch", webhookId, batchId, "--payload"])).json()).toEqual(posted);
    expect(await cli(["redeliver", webhookId, batchId])).toMatchObject({ code: 0 });
    const attempts = async () =>
      (await cli(["batch", webhookId, batchId, "--json"])).json().attempts as readonly unknown[];
    await until(async () => ((await attempts()).length === 2 ? true : undefined));
    expect((await cli(["batch", webhookId, batchId])).out.join("\n")).toContain("attempt 2, sent again");
    const again = at("/in").at(-1);
    expect([again?.headers["x-messagesystems-batch-id"], JSON.parse(String(again?.body))]).toEqual([batchId, posted]);
    const to = (path: string) => ["redeliver", webhookId, batchId, "--to", `${world.receiver.url}${path}`];
    expect(await cli(to("/mine"))).toMatchObject({ code: 0, out: [expect.stringMatching(/^✔ 200 in /)] });
    const mine = at("/mine").at(-1);
    expect(JSON.parse(String(mine?.body))).toEqual(posted);
    expect(mine?.headers).not.toHaveProperty("x-messagesystems-webhook-token");
    world.receiver.respond("/broken", answer(500));
    expect((await cli(to("/broken"))).code).toBe(1);
  });

  it("ends with 1 for a batch that is not there, and with 2 for a body of none", async () => {
    await register("/in");
    expect(await cli(["batch", "in", "abcd"])).toMatchObject({
      code: 1,
      error: expect.stringContaining("There is no batch 'abcd'"),
    });
    const unknown = await cli(["batch", "in", "00000000-0000-4000-8000-000000000000", "--json"]);
    expect({ code: unknown.code, error: JSON.parse(unknown.error) }).toMatchObject({
      code: 1,
      error: { errors: [{ code: "1600" }] },
    });
    expect(await cli(["batch", "in", "--payload"])).toMatchObject({ code: 2 });
    expect(await cli(["batch", "in", "--state", "sad"])).toMatchObject({
      code: 1,
      error: expect.stringContaining("retrying"),
    });
    expect(await cli(["batch", "in"])).toMatchObject({
      code: 0,
      out: [],
      error: expect.stringContaining("There is no batch yet"),
    });
  });
});

describe("tidepost tail", () => {
  it("tells failure, retry and recovery, and ends when all is quiet", async () => {
    await register("/flaky", { events_mode: "selected", events: ["click"] });
    world.receiver.respond("/flaky", { kind: "sequence", steps: [answer(503, {}, "busy"), answer(200)] });
    const since = new Date(Date.now() - 1_000).toISOString();
    expect((await cli(["trigger", "click"])).code).toBe(0);
    const { code, out } = await cli(["tail", "flaky", "--since", since, "--until-idle", "1s"]);
    expect(code).toBe(0);
    expect(out.map(normal)).toEqual([
      expect.stringMatching(
        /^CLOCK {2}[0-9a-f]{8} {2}1 event {3}✖ http_5xx 503 in SPAN {2}attempt 1 {2}closed by window SPAN {2}click 1$/,
      ),
      expect.stringMatching(/^CLOCK {2}[0-9a-f]{8} {2}1 event {3}✔ 200 in SPAN {2}attempt 2 {2}recovered after SPAN$/),
    ]);
    const failed = await cli(["tail", "--failed", "--since", since, "--until-idle", "1s", "--json"]);
    expect(failed.out.map((line) => JSON.parse(line))).toMatchObject([
      { state: "delivered", attempt: { n: 1, status: 503 } },
    ]);
  });

  it("follows all webhooks from now on, until Ctrl-C", async () => {
    await deliverOne("/old");
    const stop = new AbortController();
    const following = cli(["tail", "--json"], { interrupted: stop.signal, onOut: () => stop.abort() });
    await register("/new", { events_mode: "selected", events: ["bounce"] });
    expect((await cli(["trigger", "bounce", "--no-wait"])).code).toBe(0);
    const { code, out } = await following;
    expect(code).toBe(0);
    expect(JSON.parse(out[0] ?? "")).toMatchObject({ state: "delivered", attempt: { outcome: "delivered" } });
  });

  it("ends with 1 for an unknown webhook, and with 2 for a time that is none", async () => {
    expect(await cli(["tail", "nobody"])).toMatchObject({ code: 1 });
    expect(await cli(["tail", "--since", "yesterday"])).toMatchObject({
      code: 2,
      error: expect.stringContaining("how long ago"),
    });
  });
});

describe("tidepost find", () => {
  it("shows the batches of an event that is named by its recipient or an id, and ends with 1 when there is none", async () => {
    await register("/in", { name: "in", events_mode: "selected", events: ["click"] });
    await register("/bounces", { name: "bounces", events_mode: "selected", events: ["bounce"] });
    const recipient = `${crypto.randomUUID()}@example.com`;
    const sent = (await cli(["trigger", "click", "--set", `rcpt_to=${recipient}`, "--json"])).json();
    const found = await cli(["find", recipient.toUpperCase(), "--since", "5m"]);
    expect({ code: found.code, error: normal(found.error) }).toMatchObject({
      code: 0,
      error: expect.stringContaining("1 event found. Everything that arrived from TIME to TIME was read."),
    });
    const lines = found.out.join("\n");
    expect(lines).toMatch(/^WEBHOOK +BATCH +STATE +ATTEMPTS +ANSWER$/m);
    expect(lines).toMatch(new RegExp(`^in +${sent.batches[0].batch_id} +delivered +1 +200 at `, "m"));
    expect(lines).not.toContain("bounces");
    const byId = await cli(["find", "--event-id", sent.event_ids[0], "--since", "5m", "--types", "click", "--json"]);
    expect(byId.json()).toMatchObject({
      state: "finished",
      matches: [
        { recipient, looked_up: true, webhooks: [{ name: "in", exact: true, batches: [{ state: "delivered" }] }] },
      ],
    });
    const message = crypto.randomUUID();
    const long = `{"msys":{"message_event":{"type":"click","message_id":"${message}","queue":92356927693813856123}}}`;
    await world.tidepost.ingest([long]);
    const digits = await cli(["find", "--message-id", message, "--since", "5m", "--json"]);
    expect(digits.out.join("\n")).toContain('"queue": 92356927693813856123');
    const none = await cli(["find", "--message-id", crypto.randomUUID(), "--since", "5m"]);
    expect(none).toMatchObject({ code: 1, out: [], error: expect.stringContaining("Nothing was found. Everything") });
    const dry = await cli(["find", recipient, "--since", "5m", "--dry-run"]);
    expect({ code: dry.code, out: dry.out.join("") }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^would read about \d+ records?, .+ of \d+ shards?, in /),
    });
    expect(await cli(["find"])).toMatchObject({ code: 2, error: expect.stringContaining("nothing to look for") });
    expect(await cli(["find", "--types", "click"])).toMatchObject({
      code: 1,
      error: expect.stringContaining("at least one of"),
    });
    const late = await cli(["find", "--cancel", byId.json().id]);
    expect(late).toMatchObject({ code: 1, error: expect.stringContaining("it is finished") });
  });
});

describe("tidepost replay", () => {
  it("counts, asks, and delivers once more", async () => {
    const { webhookId } = await deliverOne("/in");
    const dry = await cli(["replay", webhookId, "--from", "5m", "--dry-run"]);
    expect({ code: dry.code, out: normal(dry.out.join()) }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^would send 1 batch, \d+ events?, about SPAN$/),
    });
    const refused = await cli(["replay", "in", "--from", "5m"], { reply: false });
    expect(refused).toMatchObject({ code: 1, questions: [expect.stringMatching(/^Send 1 batch/)] });
    expect(world.receiver.requests.filter(({ headers }) => "x-tidepost-replay" in headers)).toEqual([]);
    const done = await cli(["replay", "in", "--from", "5m", "--yes", "--json"]);
    expect(done.json()).toMatchObject({ state: "finished", dry_run: false, batches_sent: 1 });
    await until(async () =>
      world.receiver.requests.find(({ headers }) => headers["x-tidepost-replay"] === done.json().id),
    );
  });

  it("says so when there is nothing", async () => {
    await register("/in", { events_mode: "selected", events: ["spam_complaint"] });
    const { code, error } = await cli(["replay", "in", "--from", "5m", "--yes"]);
    expect({ code, error }).toMatchObject({ code: 0, error: expect.stringContaining("There is nothing to replay") });
  });

  it("goes on after Ctrl-C and tells how to end it; a replay that has ended cannot be cancelled", async () => {
    const webhookId = await register("/in", { name: "in" });
    const stop = new AbortController();
    stop.abort();
    const left = await cli(["replay", "in", "--from", "5m", "--yes"], { interrupted: stop.signal });
    expect(left.code).toBe(1);
    const [, replayId] = new RegExp(`tidepost replay ${webhookId} --cancel (\\S+)`).exec(left.error) ?? [];
    await until(async () => {
      const { json } = await world.tidepost.call("GET", `/webhooks/${webhookId}/replays/${replayId}`);
      return json.results.state === "running" ? undefined : json.results;
    });
    const late = await cli(["replay", "in", "--cancel", replayId ?? "", "--json"]);
    expect({ code: late.code, error: JSON.parse(late.error) }).toMatchObject({
      code: 1,
      error: { errors: [{ code: "1602" }] },
    });
  });

  it("cancels a replay that runs", async () => {
    const webhookId = await register("/in", { name: "in", events_mode: "selected", events: ["spam_complaint"] });
    const now = Date.now();
    const body = { from: new Date(now - 60_000).toISOString(), to: new Date(now).toISOString() };
    const { json } = await world.tidepost.call("POST", `/webhooks/${webhookId}/replay`, { body });
    // It reads on for seconds after `to`, and waits while its webhook is paused.
    await world.tidepost.call("PUT", `/webhooks/${webhookId}`, { body: { active: false } });
    const cancelled = await cli(["replay", "in", "--cancel", json.results.id]);
    expect(cancelled).toMatchObject({ code: 0, out: [expect.stringMatching(/^✔ cancelled after 0 batches/)] });
  });

  it("ends with 2 without a beginning or an answer, and with 1 for a range that is none", async () => {
    await register("/in");
    expect(await cli(["replay", "in", "--yes"])).toMatchObject({ code: 2, error: expect.stringContaining("--from") });
    expect(await cli(["replay", "in", "--from", "5m"])).toMatchObject({
      code: 2,
      error: expect.stringContaining("--yes"),
    });
    const backwards = await cli(["replay", "in", "--from", "5m", "--to", "10m", "--yes"]);
    expect(backwards).toMatchObject({ code: 1, error: expect.stringContaining("'from'") });
  });
});

const idOf = async (name: string): Promise<string> => (await cli(["get", name, "--json"])).json().id;

describe("tidepost recover", () => {
  it("names what it would send, asks, and sends it", async () => {
    const webhookId = await register("/lost", { events_mode: "selected", events: ["click"] });
    world.receiver.respond("/lost", answer(500));
    await cli(["trigger", "click", "--no-wait"]);
    const path = `/webhooks/${webhookId}/batches`;
    const { batch_id: batchId } = await until(
      async () => (await world.tidepost.call("GET", `${path}?state=retrying`)).json.results[0],
    );
    expect(await cli(["recover", "lost", "--yes"])).toMatchObject({
      code: 0,
      error: expect.stringContaining("There is nothing to recover"),
    });
    // A batch that is being attempted once more has not failed at that moment.
    const dry = await until(async () => {
      const planned = await cli(["recover", "lost", "--only", "failed", "--dry-run"]);
      return planned.out[0]?.startsWith("would send 0 batches") === true ? undefined : planned;
    });
    expect({ code: dry.code, out: normal(dry.out[0] ?? ""), ids: dry.out.slice(1) }).toEqual({
      code: 0,
      out: expect.stringMatching(/^would send 1 batch, \d+ events?, about SPAN$/),
      ids: [`  ${batchId}`],
    });
    // Until then it refuses everything: a retry of its own could be there first.
    const done = await until(async () => {
      const sent = (await cli(["recover", "lost", "--only", "failed", "--yes", "--json"])).json();
      return sent.batches_sent === 0 ? undefined : sent;
    });
    expect(done).toMatchObject({ state: "finished", only: "failed", batches_sent: 1 });
    world.receiver.respond("/lost", answer(200));
    await until(async () => {
      const { json } = await world.tidepost.call("GET", `${path}/${batchId}`);
      return json.results.state === "delivered" ? json.results : undefined;
    });
  });

  it("does so for all webhooks, each with what was its own, and says what became of every one", async () => {
    const names = ["one", "two"];
    for (const name of names) {
      await register(`/${name}`, { events_mode: "selected", events: ["click"] });
      world.receiver.respond(`/${name}`, answer(500));
    }
    await register("/idle");
    await cli(["trigger", "click", "--no-wait"]);
    await until(async () => {
      const { json } = await world.tidepost.call("GET", "/webhooks/summary?state=failed");
      return json.matching === 2 ? json : undefined;
    });
    // A batch that is being attempted once more has not failed at that moment.
    const recoverAll = async (args: readonly string[], reply = true) =>
      await until(async () => {
        const done = await cli(["recover", "--all", "--only", "failed", ...args], { reply });
        const shown = [...done.questions, ...done.out];
        const isPart = shown.length === 0 || shown.some((text) => /^(Send|would send) 1 batch | 0 batches /.test(text));
        return isPart || done.error.includes("nothing to recover") ? undefined : done;
      });
    const dry = await recoverAll(["--dry-run"]);
    expect(dry.code).toBe(0);
    expect(dry.error).toContain("3 webhooks match; 2 may have batches to recover.");
    expect(normal(dry.out.join("\n"))).toMatch(
      /^(?:(?:one|two) \(\w+\): 1 batch, \d+ events?\n {2}ID\n){2}would send 2 batches with \d+ events? to 2 webhooks$/,
    );
    const refused = await recoverAll([], false);
    expect(refused).toMatchObject({
      code: 1,
      questions: [expect.stringMatching(/^Send 2 batches with .* to 2 webhooks\?$/)],
    });
    await world.tidepost.call("PUT", `/webhooks/${await idOf("two")}`, { body: { active: false } });
    const asked = await until(async () => {
      const { questions } = await cli(["recover", "--all", "--only", "failed"], { reply: false });
      return questions[0];
    });
    expect(asked).toMatch(/^Send 1 batch with .* to 1 webhook\?$/);
    const done = await recoverAll(["--yes"]);
    expect(done.code).toBe(1);
    expect(done.out).toEqual([expect.stringMatching(/^✔ recovered one \(\w+\) {3}1 batch with/)]);
    expect(done.error).toMatch(/✖ two \(\w+\): The webhook is paused\. /);
    const stopped = await cli(["recover", "--all", "--only", "failed", "--yes"], { interrupted: AbortSignal.abort() });
    expect(stopped).toMatchObject({ code: 1, out: [], error: expect.stringContaining("Nothing was sent.") });
    expect((await cli(["recover", "--yes"])).code).toBe(2);
    expect((await cli(["recover", "--all", "--batch", crypto.randomUUID(), "--yes"])).code).toBe(2);
  });
});
