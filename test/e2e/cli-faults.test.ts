import { describe, expect, it, onTestFinished, vi } from "vitest";
import { answer } from "../support/receiver-behaviour.ts";
import { until, useCli } from "../support/use-cli.ts";

const world = useCli();
const { cli, register } = world;

/** What a request meets before it comes to the API, if anything. */
type Fault = (request: {
  readonly method: string;
  readonly path: string;
}) => ((request: () => Promise<Response>) => Response | Promise<Response>) | undefined;

const busy = () => Response.json({ errors: [{ message: "busy" }] }, { status: 429, headers: { "retry-after": "0" } });
const broken = () => Response.json({ errors: [{ message: "broken" }] }, { status: 503 });
const cut = (): never => {
  throw new TypeError("fetch failed", { cause: new Error("cut") });
};

/** An answer that is lost after the API has done what it was asked for. */
const lost = async (request: () => Promise<Response>): Promise<never> => {
  await request();
  return cut();
};

/** Lets requests of the command meet faults until the test ends. */
const meet = (fault: Fault): void => {
  const { fetch } = globalThis;
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    const met = fault({ method: init?.method ?? "GET", path });
    const request = async () => await fetch(input, init);
    return met === undefined ? await request() : await met(request);
  });
  onTestFinished(() => spy.mockRestore());
};

const isPoll = (path: string): boolean => /\/(replays|search|stream)\/[^/]+$/.test(path);

describe("a job that runs in the API", () => {
  const jobs = [
    ["replay", "in", "--from", "5m", "--dry-run"],
    ["find", "--types", "click", "--campaign", "none"],
    ["filter", "test", "--last", "1m", "--filter", '{"field":"type","eq":"click"}'],
  ];

  it.each(jobs)("is watched to its end by %s although some questions fail", async (...args) => {
    await register("/in", { name: "in" });
    const faults = [busy, cut, broken];
    meet(({ path }) => (isPoll(path) ? faults.shift() : undefined));
    const { out, error } = await cli([...args, "--json"]);
    expect(error).toBe("");
    expect(JSON.parse(out.join("\n"))).toMatchObject({ state: "finished" });
    expect(faults).toEqual([]);
  });

  it.each(jobs)(
    "is named by %s, with the command that ends it, when the API cannot be asked any more",
    async (...args) => {
      await register("/in", { name: "in" });
      meet(({ path }) => (isPoll(path) ? busy : undefined));
      const { code, error, json } = await cli([...args, "--json"]);
      expect(code).toBe(1);
      expect(json()).toMatchObject({ state: "running" });
      expect(JSON.parse(error)).toMatchObject({
        errors: [{ message: "busy" }, { code: "interrupted", fix: expect.stringContaining(json().id) }],
      });
    },
  );

  it("is named in words, too", async () => {
    meet(({ path }) => (isPoll(path) ? busy : undefined));
    const { error } = await cli(["find", "--types", "click", "--campaign", "none"]);
    expect(error).toMatch(/✖ busy\n[\s\S]*✖ The search goes on without this command\n +fix +tidepost find --cancel /);
  });
});

describe("--cancel", () => {
  it.each([
    ["find", "click@example.com"],
    ["find", "--types", "click"],
    ["filter", "test", "--last", "1h"],
    ["filter", "test", "--mask", "rcpt_to"],
  ])("ends with 2 beside what begins a job: %s %s", async (...args) => {
    expect(await cli([...args, "--cancel", crypto.randomUUID()])).toMatchObject({ code: 2 });
  });
});

describe("tidepost recover of many webhooks", () => {
  it("begins each recovery once although questions fail, and says of every webhook what became of it", async () => {
    for (const name of ["one", "two"]) {
      await register(`/${name}`, { events_mode: "selected", events: ["click"] });
      world.receiver.respond(`/${name}`, answer(500));
    }
    await cli(["trigger", "click", "--no-wait"]);
    await until(async () => {
      const { json } = await world.tidepost.call("GET", "/webhooks/summary?state=failed");
      return json.matching === 2 ? json : undefined;
    });
    const two = (await cli(["get", "two", "--json"])).json().id as string;
    let polls = 0;
    meet(({ method, path }) => {
      if (method === "POST" && path.endsWith(`/${two}/replay`)) return broken;
      return isPoll(path) && (polls += 1) % 2 === 1 ? busy : undefined;
    });
    // A batch that is being attempted once more has not failed at that moment.
    const done = await until(async () => {
      const ended = await cli(["recover", "--all", "--only", "failed", "--yes", "--json"]);
      return ended.out.join("\n").includes('"batches_sent":1') ? ended : undefined;
    });
    expect(done.code).toBe(1);
    expect(done.json()).toMatchObject([
      { name: "two", outcome: "failed", errors: [{ message: "broken" }] },
      { name: "one", outcome: "done", state: "finished" },
    ]);
  });
});

describe("tidepost pause and resume of several webhooks", () => {
  it("go on when one fails, and say of each what became of it", async () => {
    const [a, b, c] = [await register("/a"), await register("/b"), await register("/c", { active: false })];
    meet(({ method, path }) =>
      method === "PUT" && path.endsWith(a)
        ? () => Response.json({ errors: [{ message: "no" }] }, { status: 409 })
        : undefined,
    );
    const paused = await cli(["pause", a, b, c, "--yes"]);
    expect(paused).toMatchObject({ code: 1, out: [expect.stringMatching(/^✔ paused b /)] });
    expect(paused.error).toMatch(/✖ a \(\w+\): no/);
    expect(paused.error).toContain("1 of 2 webhooks paused.");
    await cli(["resume", b, "--yes"]);
    const json = await cli(["pause", a, b, c, "--yes", "--json"]);
    expect(json.code).toBe(1);
    const outcomes = json.json() as readonly { readonly id: string }[];
    expect(new Map(outcomes.map(({ id, ...outcome }) => [id, outcome]))).toMatchObject(
      new Map([
        [c, { name: "c", outcome: "done", active: false }],
        [a, { name: "a", outcome: "failed", errors: [{ message: "no" }] }],
        [b, { name: "b", outcome: "done", active: false }],
      ]),
    );
  });
});

describe("tidepost create and update", () => {
  const isWebhook = (path: string): boolean => /\/webhooks\/[0-9a-f-]{36}$/.test(path);
  const target = (path: string): string => `${world.receiver.url}${path}`;

  it("show the signing secret although the webhook cannot be read afterwards", async () => {
    meet(({ method, path }) => (method === "GET" && isWebhook(path) ? broken : undefined));
    const args = ["create", "--all", "--signing"];
    const created = await cli([...args, target("/a"), "--name", "a"]);
    expect(created.code).toBe(0);
    expect(created.out.join("\n")).toMatch(/✔ created a\n +id +[0-9a-f-]{36}\n +secret +whsec_\S+ {3}keep it now/);
    expect(created.error).toContain("! It is done, but not all of it can be shown: broken");
    const json = await cli([...args, target("/b"), "--json"]);
    expect(json.json()).toMatchObject({ id: expect.any(String), signing_secret: expect.stringMatching(/^whsec_/) });
    await register("/c");
    const changed = await cli(["update", "c", "--signing"]);
    expect(changed).toMatchObject({
      code: 0,
      out: ["✔ changed c", expect.stringMatching(/^ {2}secret {2}whsec_\S+ {3}keep it now/)],
    });
    await register("/d");
    const changedJson = await cli(["update", "d", "--signing", "--json"]);
    expect(changedJson.json()).toMatchObject({ signing_secret: expect.stringMatching(/^whsec_/) });
  });

  it.each([
    ["--token", "-", "--remove-token"],
    ["--filter", "null", "--remove-filter"],
    ["--fields", "null", "--remove-fields"],
    ["--mask", "rcpt_to", "--remove-mask"],
    ["--header", "X-A=b", "--remove-headers"],
  ])("end with 2 for update %s %s %s", async (...args) => {
    const id = await register("/crm");
    expect(await cli(["update", id, ...args], { input: "a-long-secret" })).toMatchObject({
      code: 2,
      error: expect.stringContaining("cannot be used with"),
    });
  });

  it("make one webhook although an answer is lost, and say how to get its secret", async () => {
    const faults = [lost];
    meet(({ method, path }) => (method === "POST" && path.endsWith("/webhooks") ? faults.shift() : undefined));
    const { code, out, error } = await cli(["create", target("/a"), "--all", "--signing", "--name", "a"]);
    expect({ code, out: out.join("\n") }).toMatchObject({ code: 0, out: expect.not.stringContaining("whsec_") });
    expect(error).toContain("tidepost rotate makes a new one");
    expect((await world.tidepost.call("GET", "/webhooks")).json.results).toHaveLength(1);
  });

  it.each(["", " ", "ключ", "a\nb"])("end with 2 for the idempotency key %j", async (key) => {
    const args = ["create", target("/a"), "--all", "--idempotency-key", key];
    expect(await cli(args)).toMatchObject({ code: 2, error: expect.stringContaining("visible ASCII") });
  });

  it("say how to repeat the command when nobody knows whether there is a webhook", async () => {
    meet(({ method, path }) => (method === "POST" && path.endsWith("/webhooks") ? busy : undefined));
    const args = ["create", target("/a"), "--all"];
    const { code, error } = await cli(args);
    expect(code).toBe(1);
    const [, key = ""] = /--idempotency-key ([0-9a-f-]{36})/.exec(error) ?? [];
    vi.restoreAllMocks();
    const ids = [
      await cli([...args, "--idempotency-key", key, "--quiet"]),
      await cli([...args, "--idempotency-key", key, "--quiet"]),
    ];
    expect(ids[0]?.out).toEqual(ids[1]?.out);
    expect((await world.tidepost.call("GET", "/webhooks")).json.results).toHaveLength(1);
  });
});

describe("tidepost tail", () => {
  it("goes on, and ends when all is quiet, when one of all webhooks is deleted with a batch that waits", async () => {
    const id = await register("/gone", { name: "gone", events_mode: "selected", events: ["click"] });
    world.receiver.respond("/gone", answer(500));
    await cli(["trigger", "click", "--no-wait"]);
    const state = "retrying";
    await until(
      async () => (await world.tidepost.call("GET", `/webhooks/${id}/batches?state=${state}`)).json.results[0],
    );
    let deletion: Promise<unknown> | undefined;
    const { code } = await cli(["tail", "--since", "1m", "--until-idle", "1s"], {
      onOut: () => {
        deletion ??= world.tidepost.call("DELETE", `/webhooks/${id}`);
      },
    });
    expect({ code, deleted: await deletion }).toMatchObject({ code: 0, deleted: { status: 204 } });
  });

  it("goes on when some of its questions fail", async () => {
    await register("/in", { name: "in" });
    const faults = [busy, cut, broken];
    meet(({ path }) => (path.endsWith("/batches") ? faults.shift() : undefined));
    expect(await cli(["tail", "--until-idle", "1s"])).toMatchObject({ code: 0 });
    expect(faults).toEqual([]);
  });
});

describe("tidepost gen --sink", () => {
  it("ends when its webhook cannot be deleted, and says which one is left", async () => {
    let id = "";
    meet(({ method, path }) => {
      if (method !== "DELETE") return undefined;
      id = path.split("/").at(-1) ?? "";
      return broken;
    });
    const ended = await cli(["gen", "--sink", "--rate", "10", "--for", "1s"]);
    expect(ended.code).toBe(1);
    expect(ended.error).toMatch(/✖ broken[\s\S]*The webhook of this run is still there: tidepost delete [0-9a-f-]{36}/);
    const { json } = await world.tidepost.call("GET", `/webhooks/${id}`);
    // Its sink has stopped listening.
    await expect(fetch(json.results.target)).rejects.toThrow("fetch failed");
  });
});

describe("tidepost trigger", () => {
  it("prints the ids of accepted events although nothing becomes known of their batches", async () => {
    await register("/in", { name: "in" });
    let isSent = false;
    meet(({ path }) => {
      isSent ||= path.endsWith("/ingest/events");
      return isSent && path.endsWith("/batches") ? busy : undefined;
    });
    const { code, json } = await cli(["trigger", "click", "--json"]);
    expect(code).toBe(1);
    expect(json()).toMatchObject({ accepted: 1, event_ids: [expect.any(String)], batches: [] });
  });
});

describe("tidepost listen", () => {
  it("goes on when what stands before the API has a fault", async () => {
    const stop = new AbortController();
    const page = () => Response.json({ results: [], next_cursor: "next", behind_ms: 0, omitted: 0 });
    const last = () => {
      stop.abort();
      return page();
    };
    const answers = [page, () => new Response("bad gateway", { status: 502, headers: { "retry-after": "0" } }), last];
    meet(({ path }) => (path.endsWith("/events/stream") ? answers.shift() : undefined));
    expect(await cli(["listen", "--print"], { interrupted: stop.signal })).toMatchObject({ code: 0 });
    expect(answers).toEqual([]);
  });
});
