import { isSignedWith } from "../support/verify-signature.ts";
import { describe, expect, it } from "vitest";
import { answer } from "../support/receiver-behaviour.ts";
import { callApi } from "../../cli/api.ts";
import { accessOf } from "../../cli/settings.ts";
import { webhookReferenceAnswer } from "#shared/contract/api/webhook.ts";
import { freePort } from "../support/tidepost.ts";
import { useCli } from "../support/use-cli.ts";

const world = useCli();
const { cli, register, normal } = world;
const target = (path: string): string => `${world.receiver.url}${path}`;
const registered = async () => (await world.tidepost.call("GET", "/webhooks")).json.results;

describe("tidepost create", () => {
  it("registers a webhook and shows how its test POST went", async () => {
    const { code, out } = await cli(["create", target("/crm"), "--name", "crm", "--events", "open,click"]);
    expect(code).toBe(0);
    expect(normal(out.join("\n")).split("\n")).toEqual([
      expect.stringMatching(/^✔ test POST got 200 in SPAN {3}.*wait SPAN$/),
      "✔ created crm",
      "  id       ID",
      "  events   open, click",
      expect.stringMatching(/^ {2}active {3}(in|within) SPAN$/),
      "  console  API/console/#/webhooks/ID",
    ]);
    expect(await registered()).toMatchObject([{ name: "crm", events: ["open", "click"], active: true }]);
  });

  it("takes a filter, fields and a mask, which an update changes and removes", async () => {
    const filter = {
      and: [
        { field: "campaign_id", eq: "spring" },
        { field: "bounce_class", in: [10, 30, 90] },
      ],
    };
    const content = ["--filter", JSON.stringify(filter), "--fields", '{"exclude":["rcpt_meta"]}', "--mask", "rcpt_to"];
    const created = await cli(["create", target("/filtered"), "--events", "bounce", ...content, "--json"]);
    const { id } = created.json() as { id: string };
    expect(created.json()).toMatchObject({ filter, fields: { exclude: ["rcpt_meta"] }, mask: ["rcpt_to"] });
    const facts = (await cli(["get", id])).out;
    expect(facts).toContainEqual(expect.stringMatching(/^filter +\{"and":\[\{"field":"campaign_id"/));
    expect(facts).toContainEqual(expect.stringMatching(/^masked +\["rcpt_to"\]$/));
    await cli(["update", id, "--remove-filter", "--remove-fields", "--remove-mask"]);
    expect(await registered()).toMatchObject([{ filter: null, fields: null, mask: [] }]);
    const wrong = await cli(["update", id, "--filter", '{"field":"a","near":1}']);
    expect([wrong.code, wrong.error]).toEqual([1, expect.stringContaining("'filter.near' is no comparison")]);
    const broken = await cli(["update", id, "--filter", "{field:a}"]);
    expect([broken.code, broken.error]).toEqual([2, expect.stringContaining("--filter is no JSON")]);
    const missing = await cli(["update", id, "--filter", "no-such-file.json"]);
    expect([missing.code, missing.error]).toEqual([2, expect.stringContaining("no-such-file.json cannot be read")]);
  });

  it("is preceded by a try of its filter, which stores nothing", async () => {
    const long = "12345678901234567891";
    const events = ["1", "2", long].map((n) => `{"msys":{"message_event":{"type":"open","n":${n},"rcpt_to":"a@b.c"}}}`);
    const args = ["filter", "test", "--filter", '{"field":"n","gt":1}', "--fields", '{"include":["n"]}'];
    const { code, out } = await cli([...args, "--events", `[${events.join(",")}]`]);
    expect([code, out]).toEqual([
      0,
      [
        "would take 2 of 3 events",
        '{"msys":{"message_event":{"type":"open","n":2}}}',
        `{"msys":{"message_event":{"type":"open","n":${long}}}}`,
      ],
    ]);
    const sample = await cli([...args, "--sample", "open", "--json"]);
    expect(sample.json()).toEqual({ events: 1, matched: 0, first: [] });
    expect(await registered()).toEqual([]);
  });

  it("sets every field, with secrets from the environment and standard input", async () => {
    const oauth = target("/token");
    world.receiver.respond("/token", answer(200, { "content-type": "application/json" }, '{"access_token":"abc"}'));
    const args = [
      "create",
      target("/all"),
      "--all",
      "--name",
      "all",
      "--token",
      "-",
      "--batch-size",
      "100",
      "--paused",
    ];
    const auth = ["--token-url", oauth, "--client-id", "me", "--client-secret", "env:SECRET", "--scope", "feed"];
    const more = ["--header", "X-Team=mail", "--header", "X-Pass=env:PASS", "--compression", "gzip", "--signing"];
    const ended = await cli([...args, ...auth, ...more, "--json"], {
      input: "first-token\n",
      env: { SECRET: "client-secret-1", PASS: "pass-1" },
    });
    expect(ended).toMatchObject({ code: 0, error: "" });
    expect(ended.json()).toMatchObject({
      events_mode: "all",
      active: false,
      batch_size: 100,
      auth_type: "oauth2",
      auth_request_details: { url: oauth, body: { grant_type: "client_credentials", client_id: "me", scope: "feed" } },
      compression: "gzip",
      signing_secret: expect.stringMatching(/^whsec_/),
      test: { ok: true, response: { status: 200 } },
    });
    for (const secret of ["first-token", "client-secret-1", "pass-1"]) expect(ended.out.join("")).not.toContain(secret);
    expect(world.receiver.requests.findLast(({ path }) => path === "/all")?.headers).toMatchObject({
      "x-messagesystems-webhook-token": "first-token",
      "x-team": "mail",
      "x-pass": "pass-1",
      authorization: "Bearer abc",
    });
  });

  it("signs with a secret of the caller's own from the first test POST on, and does not print it", async () => {
    const secret = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
    const args = ["create", target("/own"), "--all", "--signing-secret", "env:SECRET", "--json"];
    const ended = await cli(args, { env: { SECRET: secret } });
    expect(ended).toMatchObject({ code: 0, error: "" });
    expect(ended.json()).toMatchObject({ signing: true, signing_secret: `****${secret.slice(-4)}` });
    expect(ended.out.join("")).not.toContain(secret);
    const posts = world.receiver.requests.filter(({ path }) => path === "/own");
    expect(posts.length).toBeGreaterThan(0);
    for (const request of posts) expect(await isSignedWith(secret, request)).toBe(true);
  });

  it("with --quiet prints the id alone, and takes the host for a name", async () => {
    const { code, out, error } = await cli(["create", target("/quiet"), "--all", "--quiet"]);
    const [stored] = await registered();
    expect({ code, out, error }).toEqual({ code: 0, out: [stored.id], error: "" });
    expect(stored.name).toBe(new URL(world.receiver.url).host);
  });

  it("ends with 1 when the test POST fails, says why, and stores nothing", async () => {
    world.receiver.respond("/missing", answer(404, { "content-type": "text/html" }, "Cannot POST /missing"));
    const { code, out, error } = await cli(["create", target("/missing"), "--all"]);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(normal(error).split("\n")).toEqual([
      "✖ Webhook not created: test POST got 404 in SPAN",
      '  sent    POST TARGET/missing   [{"msys":{}}]',
      "  got     404 text/html Cannot POST /missing",
      expect.stringMatching(/^ {2}likely {2}\S/),
      expect.stringMatching(/^ {2}fix {5}\S/),
      "  code    http_4xx",
    ]);
    const refused = await cli(["create", `http://127.0.0.1:${await freePort()}/`, "--all", "--json"]);
    expect({ code: refused.code, out: refused.out }).toEqual({ code: 1, out: [] });
    expect(JSON.parse(refused.error).errors).toMatchObject([{ reason: "connect_failed", likely: expect.any(String) }]);
    expect(await registered()).toEqual([]);
  });

  it("names the field of a mistake and what was meant", async () => {
    const { code, error } = await cli(["create", target("/typo"), "--events", "deliverd"]);
    expect(code).toBe(1);
    expect(error).toMatch(
      /^✖ 'events\[0\]' is not known \(did you mean 'delivery'\?\), and must be one of: injection, /,
    );
    expect(await registered()).toEqual([]);
  });

  it.each([
    ["no events", [], /A webhook needs events/],
    ["all events and some", ["--all", "--events", "open"], /cannot be used with/],
    ["a token for all to read", ["--all", "--token", "abc"], /--token does not go on the command line/],
    ["two secrets from standard input", ["--all", "--token", "-", "--key", "-"], /cannot give two secrets/],
    ["a variable that is not set", ["--all", "--token", "env:NONE"], /gives no secret/],
    [
      "a header's variable that is not set",
      ["--all", "--header", "A=env:NONE"],
      /names the variable NONE, which is not set/,
    ],
    ["a header without value", ["--all", "--header", "A"], /must have the form NAME=VALUE/],
    ["basic without a user", ["--all", "--auth", "basic"], /needs a user name/],
    ["oauth2 without a URL", ["--all", "--auth", "oauth2"], /needs --token-url and --client-id/],
    [
      "fields of another kind",
      ["--all", "--auth", "basic", "--username", "a", "--scope", "x"],
      /--scope goes with --auth oauth2/,
    ],
    ["no number", ["--all", "--batch-size", "many"], /whole number from 1/],
  ])("with %s ends with 2", async (_, args, message) => {
    const { code, out, error } = await cli(["create", target("/usage"), ...args], { input: "secret" });
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(error).toMatch(message);
  });
});

describe("tidepost list and get", () => {
  it("say what to do when nothing is registered", async () => {
    expect(await cli(["list"])).toMatchObject({ code: 0, out: [], error: expect.stringContaining("tidepost create") });
    expect((await cli(["list", "--json"])).json()).toEqual([]);
  });

  it("show webhooks by state, text and number", async () => {
    await register("/a", { name: "alpha" });
    await register("/b", { name: "beta", active: false });
    const { out } = await cli(["list"]);
    expect(
      normal(out.join("\n"))
        .split("\n")
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ["id", "state", "name", "target", "pending", "p95", "last success"],
      [expect.any(String), "pending: no_batch_yet", "alpha", "TARGET/a", expect.any(String), "-", "never"],
      [expect.any(String), "paused", "beta", "TARGET/b", expect.any(String), "-", "never"],
    ]);
    const names = async (args: readonly string[]) =>
      ((await cli(["list", "--json", ...args])).json() as readonly { readonly name: string }[]).map(({ name }) => name);
    expect(await names(["--state", "paused"])).toEqual(["beta"]);
    expect(await names(["--filter", "ALP"])).toEqual(["alpha"]);
    expect(await names(["--filter", "/b"])).toEqual(["beta"]);
    expect(await names(["--search", "BET"])).toEqual(["beta"]);
    expect(await names(["--sort", "-name"])).toEqual(["beta", "alpha"]);
    expect(await names(["--limit", "1"])).toEqual(["alpha"]);
    const { out: lines } = await cli(["list", "--ndjson", "--sort", "name"]);
    expect(lines.map((line) => (JSON.parse(line) as { readonly name: string }).name)).toEqual(["alpha", "beta"]);
    expect((await cli(["list", "--filter", "none"])).error).toBe("0 of 2 webhooks match.");
    expect((await cli(["list", "--limit", "1"])).error).toMatch(/^1 more/);
    expect(await cli(["list", "--state", "sad"])).toMatchObject({ code: 2, error: expect.stringContaining("parked") });
  });

  it("find a webhook by id, the beginning of its id, and name", async () => {
    const id = await register("/crm", { name: "crm", custom_headers: { "X-Team": "secret-team" } });
    for (const text of [id, id.toUpperCase(), id.slice(0, 8), "crm"]) {
      expect((await cli(["get", text, "--json"])).json()).toMatchObject({ id, state: "pending" });
    }
    const { code, out } = await cli(["get", "crm"]);
    expect(code).toBe(0);
    const shown = normal(out.join("\n"));
    expect(shown).toMatch(/^id +ID$/m);
    expect(shown).toMatch(/^state +pending: no_batch_yet, since TIME$/m);
    expect(shown).toMatch(/^events +all, also those of later versions$/m);
    expect(shown).toMatch(/^headers +X-Team: \*{4}/m);
    expect(shown).not.toContain("secret-team");
  });

  it("end with 1 for a webhook that is not there or not the only one", async () => {
    await register("/one", { name: "twin" });
    await register("/two", { name: "twin" });
    expect(await cli(["get", "twin"])).toMatchObject({
      code: 1,
      error: expect.stringContaining("'twin' names 2 webhooks"),
    });
    expect(await cli(["get", "nobody"])).toMatchObject({ code: 1, error: expect.stringContaining("Registered: twin") });
    const unknown = await cli(["get", "00000000-0000-4000-8000-000000000000", "--json"]);
    expect(unknown).toMatchObject({ code: 1, out: [] });
    expect(JSON.parse(unknown.error).errors[0]).toMatchObject({ code: "1600" });
  });
});

describe("tidepost update", () => {
  it("changes what is named, and says whether a test POST ran", async () => {
    const id = await register("/crm", { name: "crm", events_mode: "selected", events: ["open"] });
    const { code, out, error } = await cli(["update", "crm", "--events", "open,click", "--name", "crm 2"]);
    expect({ code, out, error }).toEqual({
      code: 0,
      out: ["✔ changed crm 2", "  name    crm → crm 2", "  events  open → open, click"],
      error: "Test POST: not needed.",
    });
    const moved = await cli(["update", id, "--target", target("/new")]);
    expect(normal(moved.out.join("\n"))).toContain("target  TARGET/crm → TARGET/new");
    expect(moved.error).toContain("the target took it");
    expect((await cli(["update", id, "--name", "crm 2"])).error).toMatch(/^crm 2 was so already/);
  });

  it("sets and removes token and headers without showing them", async () => {
    const id = await register("/crm");
    const env = { TOKEN: "token-number-one" };
    const set = await cli(["update", id, "--token", "env:TOKEN", "--header", "X-A=header-value"], { env });
    expect(set.code).toBe(0);
    expect(set.out.join("\n")).not.toMatch(/token-number-one|header-value/);
    const removed = await cli(["update", id, "--remove-token", "--remove-headers", "--json"]);
    expect(removed.json()).toMatchObject({ auth_token: "", custom_headers: {} });
  });

  it("ends with 1 when the new target fails, and with 2 when nothing is named", async () => {
    const id = await register("/crm");
    world.receiver.respond("/bad", answer(500));
    expect(await cli(["update", id, "--target", target("/bad")])).toMatchObject({
      code: 1,
      error: expect.stringContaining("http_5xx"),
    });
    expect((await cli(["get", id, "--json"])).json().target).toBe(target("/crm"));
    expect(await cli(["update", id])).toMatchObject({ code: 2, error: expect.stringContaining("No option says") });
  });
});

describe("tidepost pause, resume and delete", () => {
  it("ask, and do it", async () => {
    const [a, b] = [await register("/a"), await register("/b")];
    const refused = await cli(["pause", a, "b"], { reply: false });
    expect(refused).toMatchObject({ code: 1, questions: ["Pause a, b?"] });
    expect(refused.error).toContain("Nothing was changed.");
    expect(await registered()).toMatchObject([{ active: true }, { active: true }]);
    const paused = await cli(["pause", a, "b"], { reply: true });
    expect(paused.code).toBe(0);
    // Each as it is done.
    expect(paused.out.toSorted()).toEqual([
      expect.stringMatching(/^✔ paused a /),
      expect.stringMatching(/^✔ paused b /),
    ]);
    expect(paused.error).toContain("New events are not collected");
    const changes = await cli(["changes", "a", "--limit", "1"]);
    expect(changes.out.join("\n")).toMatch(/^when +what +by +fields\n.+ paused +.+ active: true → false$/);
    expect(changes.error).toContain("There are more");
    expect((await cli(["changes", "a", "--json"])).json()).toMatchObject([{ action: "paused" }, { action: "created" }]);
    const again = await cli(["resume", a, "--yes", "--json"]);
    expect(again.json()).toMatchObject([{ id: a, active: true }]);
    expect((await cli(["pause", b, "--yes"])).error).toContain("is paused already");
    expect(await cli(["delete", b], { reply: false })).toMatchObject({ code: 1, questions: ["Delete b? Type yes"] });
    expect(await cli(["delete", b, "--yes"])).toMatchObject({ code: 0, out: ["✔ deleted b"] });
    expect((await cli(["delete", a, "--yes", "--json"])).json()).toEqual({ id: a, deleted: true });
    expect(await registered()).toEqual([]);
  });

  it("need --yes where nobody can be asked, and change nothing when a webhook is unknown", async () => {
    const id = await register("/a");
    for (const verb of ["pause", "resume", "delete"]) {
      expect(await cli([verb, id])).toMatchObject({ code: 2, error: expect.stringContaining("--yes") });
      expect(await cli([verb, id, "--json"], { reply: true })).toMatchObject({ code: 2, questions: [] });
    }
    expect(await cli(["pause", id, "nobody", "--yes"])).toMatchObject({ code: 1 });
    expect((await registered())[0].active).toBe(true);
  });
});

describe("tidepost probe", () => {
  it("shows the phases against the limit, and with --raw both sides", async () => {
    const { code, out } = await cli(["probe", target("/ok"), "--raw"]);
    expect(code).toBe(0);
    const shown = normal(out.join("\n"));
    expect(shown).toMatch(/^✔ test POST got 200 in SPAN$/m);
    expect(shown).toMatch(/^ {2}time +SPAN of SPAN$/m);
    expect(shown).toMatch(/^> POST TARGET\/ok$/m);
    expect(shown).toMatch(/^< 200$/m);
  });

  it("ends with 1 when the target fails, and with 2 without a target", async () => {
    world.receiver.respond("/busy", answer(429, { "retry-after": "1" }, "slow down"));
    expect(await cli(["probe", target("/busy")])).toMatchObject({
      code: 1,
      out: expect.arrayContaining(["  code    http_429"]),
    });
    const json = await cli(["probe", target("/busy"), "--json"]);
    expect(json.code).toBe(1);
    expect(json.json()).toMatchObject({ ok: false, response: { status: 429 } });
    expect(await cli(["probe"])).toMatchObject({ code: 2, error: expect.stringContaining("There is no target") });
  });
});

describe("every command that calls the API", () => {
  it.each([["list"], ["get", "x"], ["pause", "x", "--yes"], ["create", "http://127.0.0.1/", "--all"]])(
    "%s ends with 3 when the API is not there, and with 4 when the key is unknown",
    async (...args) => {
      const away = await cli([...args, "--url", `http://127.0.0.1:${await freePort()}`, "--json"]);
      expect({ code: away.code, out: away.out }).toEqual({ code: 3, out: [] });
      expect(JSON.parse(away.error).errors[0]).toMatchObject({ code: "unreachable" });
      const refused = await cli(args, { env: { TIDEPOST_API_KEY: "wrong" } });
      expect(refused).toMatchObject({
        code: 4,
        error: expect.stringMatching(/^✖ Unauthorized[\s\S]*came from TIDEPOST_API_KEY/),
      });
    },
  );

  it("ends with 4 when the key lacks the grant", async () => {
    const body = { label: "viewer", grants: ["webhooks/view"] };
    const { json } = await world.tidepost.call("POST", "/api-keys", { body });
    const env = { TIDEPOST_API_KEY: json.results.key };
    expect(await cli(["list"], { env })).toMatchObject({ code: 0 });
    const { code, error } = await cli(["create", target("/x"), "--all"], { env });
    expect({ code, error }).toMatchObject({ code: 4, error: expect.stringContaining("webhooks/modify") });
  });

  it("is told by the API of fields that it does not know, once, and tells the user on standard error", async () => {
    const id = await register("/crm");
    const warnings: string[] = [];
    const settings = {
      profile: { value: "local", source: "" },
      url: { value: world.tidepost.apiUrl, source: "" },
      key: { value: world.tidepost.key, source: "" },
    };
    const access = accessOf(settings, { error: (text) => void warnings.push(text) });
    const put = { method: "PUT", path: `/webhooks/${id}`, answer: webhookReferenceAnswer } as const;
    await callApi(access, { ...put, body: '{"compresion":"gzip"}' });
    await callApi(access, { ...put, body: '{"compresion":"zstd"}' });
    await callApi(access, { ...put, body: '{"compression":"none"}' });
    expect(warnings).toEqual([
      "! The API does not know the field 'compresion' and has ignored it. Did you mean 'compression'?",
    ]);
  });

  it("with --debug tells its requests on standard error, and never the key", async () => {
    const { code, error } = await cli(["list", "--debug"]);
    expect(code).toBe(0);
    expect(normal(error)).toContain("debug  GET API/v1/webhooks/summary?sort=created&limit=100 200 in SPAN");
    expect(error).not.toContain(world.tidepost.key);
  });
});
