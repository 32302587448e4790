import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answer } from "../support/receiver-behaviour.ts";
import { freePort } from "../support/tidepost.ts";
import { useCli } from "../support/use-cli.ts";

const projectRoot = resolve(import.meta.dirname, "../..");
// Where no key is given, clients on this machine take this one.
const world = useCli({ key: "local-key" });
const { cli, register, normal } = world;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidepost-cli-"));
});
afterAll(async () => await rm(folder, { recursive: true }));

describe("tidepost portal-link", () => {
  it("makes a link that is shown once, lists it without its secret, and revokes it", async () => {
    const made = await cli(["portal-link", "create", "--label", "Ann", "--subaccount", "7", "--open", "5m"]);
    expect(made).toMatchObject({
      code: 0,
      out: [expect.stringMatching(/\/console\/#portal=[0-9a-f-]{36}\.[\w-]{43}$/)],
    });
    const [, id = "", secret = ""] = /#portal=([^.]+)\.(.+)$/.exec(made.out[0] ?? "") ?? [];
    expect(made.error).toMatch(/until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
    const listed = await cli(["portal-link", "list"]);
    expect(listed.out.join("\n")).toMatch(new RegExp(`${id} .*Ann .*unopened .*webhooks/view`));
    expect(listed.out.join("\n")).not.toContain(secret);
    const {
      open_until: until,
      created_at: from,
      subaccount_id: subaccount,
    } = (await cli(["portal-link", "list", "--json"])).json()[0];
    expect([Date.parse(until) - Date.parse(from), subaccount]).toEqual([300_000, 7]);
    const other = (await cli(["portal-link", "create", "--label", "Bob", "--json"])).json();
    expect((await cli(["portal-link", "list", "--limit", "1", "--json"])).json()).toHaveLength(1);
    expect((await cli(["portal-link", "list", "--limit", "1"])).error).toContain("There are more; raise --limit 1");
    expect((await cli(["portal-link", "revoke", other.id])).code).toBe(0);
    expect((await cli(["portal-link", "revoke", id, "--json"])).json()).toEqual({ id, revoked: true });
    expect((await cli(["portal-link", "list", "--json"])).json()).toEqual([]);
    expect(await cli(["portal-link", "revoke", id])).toMatchObject({
      code: expect.any(Number),
      error: /no such portal/,
    });
  });

  it.each([
    [2, ["create"], /--label/],
    [2, ["create", "--label", "x", "--open", "soon"], /duration/],
    [2, ["revoke", "x"], /is not the id/],
    [1, ["create", "--label", "x", "--session", "2d"], /session_seconds/],
    [1, ["create", "--label", "x", "--grants", "api_keys/manage"], /grants/],
  ] as const)("ends with %i for portal-link %j", async (code, args, message) => {
    const ended = await cli(["portal-link", ...args]);
    expect(ended).toMatchObject({ code, error: expect.stringMatching(message) });
  });
});

describe("tidepost keys", () => {
  it("creates a key that is shown once, alone on standard output", async () => {
    const made = await cli(["keys", "create", "--label", "viewer", "--grants", "webhooks/view"]);
    expect(made).toMatchObject({ code: 0, out: [expect.stringMatching(/^[0-9a-f]{64}$/)] });
    expect(made.error).toContain("nothing can show it again");
    const key = made.out[0] ?? "";
    expect(await cli(["list"], { env: { TIDEPOST_API_KEY: key } })).toMatchObject({ code: 0 });
    const listed = (await cli(["keys", "list"])).out.join("\n");
    expect(listed).toContain(`${key.slice(0, 4)}****`);
    expect(listed).not.toContain(key.slice(0, 12));
    expect((await cli(["keys", "delete", "viewer"], { reply: true })).questions).toEqual([
      `Revoke ${key.slice(0, 4)}**** (viewer)? Type yes`,
    ]);
    expect((await cli(["keys", "list", "--json"])).json()).toHaveLength(1);
  });

  it("changes a key, and with --quiet and --json prints what programs want", async () => {
    const quiet = await cli(["keys", "create", "--label", "a", "--grants", "webhooks/view", "--quiet"]);
    expect(quiet).toMatchObject({ code: 0, error: "" });
    const changed = await cli([
      "keys",
      "update",
      "a",
      "--grants",
      "ingest/write,webhooks/view",
      "--label",
      "b",
      "--json",
    ]);
    expect(changed.json()).toMatchObject({ label: "b", grants: ["ingest/write", "webhooks/view"] });
    const { id } = changed.json();
    expect((await cli(["keys", "delete", id, "--yes", "--json"])).json()).toEqual({ id, deleted: true });
  });

  it.each([
    [2, ["create"], /needs a label and grants/],
    [2, ["create", "--label", "x", "--grants", "a", "--customer", "2"], /goes with --stack/],
    [2, ["update", "x"], /No option says/],
    [2, ["delete", "x"], /--yes/],
    [2, [], /Usage: tidepost keys/],
    [1, ["create", "--label", "x", "--grants", "webhooks/veiw"], /'grants\[0\]'/],
    [1, ["update", "nobody", "--label", "x"], /There is no API key 'nobody'[\s\S]*local runtime/],
  ] as const)("ends with %i for keys %j", async (code, args, message) => {
    const ended = await cli(["keys", ...args]);
    expect({ code: ended.code, out: ended.out }).toEqual({ code, out: [] });
    expect(ended.error).toMatch(message);
  });

  it("ends with 4 for a key that may not manage keys", async () => {
    const { json } = await world.tidepost.call("POST", "/api-keys", {
      body: { label: "v", grants: ["webhooks/view"] },
    });
    const env = { TIDEPOST_API_KEY: json.results.key };
    expect(await cli(["keys", "list", "--json"], { env })).toMatchObject({
      code: 4,
      out: [],
      error: expect.stringContaining("api_keys/manage"),
    });
  });
});

describe("tidepost doctor", () => {
  it("ends with 0 when all is well, and names what it has looked at", async () => {
    await register("/crm");
    const { code, json } = await cli(["doctor", "--json", "--target", `${world.receiver.url}/crm`]);
    expect(code).toBe(0);
    const checks = json() as readonly { readonly name: string; readonly state: string; readonly detail: string }[];
    expect(checks.map(({ name }) => name)).toEqual([
      "node",
      "config file",
      "profile",
      "API",
      "clock skew",
      "API key",
      "webhooks",
      `target ${world.receiver.url}/crm`,
    ]);
    expect(checks.filter(({ state }) => state !== "ok")).toEqual([]);
    const { out } = await cli(["doctor"]);
    expect(normal(out.join("\n"))).toMatch(/^✔ API {2}API\/v1 in SPAN, same version$/m);
  });

  it("ends with 1 and says how to fix what is wrong", async () => {
    world.receiver.respond("/down", answer(500));
    const target = await cli(["doctor", "--target", `${world.receiver.url}/down`]);
    expect(target.code).toBe(1);
    expect(normal(target.out.join("\n"))).toMatch(
      /^✖ target TARGET\/down {2}test POST got 500 in SPAN\n {4}fix {2}\S/m,
    );
    const away = await cli(["doctor", "--url", `http://127.0.0.1:${await freePort()}`]);
    expect(away.code).toBe(1);
    expect(away.out.join("\n")).toMatch(/^✖ API {2}The API cannot be reached[\s\S]*npm run dev/m);
    // The ports of npm run dev are for those who look for it there.
    expect(away.out.join("\n")).not.toMatch(/ports/);
    expect((await cli(["doctor", "--stack", "Tidepost"])).code).toBe(2);
    const refused = await cli(["doctor"], { env: { TIDEPOST_API_KEY: "wrong" } });
    expect(refused.code).toBe(1);
    expect(refused.out.join("\n")).toMatch(/^✖ API key {2}Unauthorized/m);
    const lost = await cli(["doctor", "--profile", "nobody", "--json"]);
    expect(lost.code).toBe(1);
    expect(lost.json()).toContainEqual(expect.objectContaining({ name: "profile", state: "failed" }));
  });

  it("warns of a file of keys that others can read, and goes on", async () => {
    expect(
      (await cli(["config", "set", "x", "--url", "https://a.example.com"], { env: { XDG_CONFIG_HOME: folder } })).code,
    ).toBe(0);
    const file = join(folder, "tidepost/config.json");
    await chmod(file, 0o644);
    const { code, out } = await cli(["doctor"], { env: { XDG_CONFIG_HOME: folder } });
    expect(code).toBe(0);
    expect(out.join("\n")).toContain(`! config file  ${file} can be read by others\n    fix  chmod 600 ${file}`);
  });
});

describe("tidepost console", () => {
  it("prints the link, with the key only on this machine", async () => {
    expect(normal((await cli(["console", "--print"])).out.join())).toBe("API/console/#key=local-key");
    const env = { TIDEPOST_API_KEY: "" };
    const away = await cli(["console", "--json", "--url", "https://t.example.com/api"], { env });
    expect(away.json()).toEqual({ url: "https://t.example.com/api/console/" });
  });
});

describe("as a process of its own", () => {
  const run = async (command: string, args: readonly string[], input = "") => {
    const env = { PATH: process.env["PATH"], XDG_CONFIG_HOME: folder, TIDEPOST_URL: world.tidepost.apiUrl };
    const child = spawn(command, args, { cwd: projectRoot, env });
    child.stdin.end(input);
    const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return { code: code as number, out, error };
  };
  const node = async (...args: readonly string[]) => await run(process.execPath, ["cli/tidepost.js", ...args]);

  it("takes the built-in profile's key on this machine, and colours nothing in a pipe", async () => {
    await register("/crm");
    const { code, out, error } = await node("list");
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toContain("crm");
    expect(out).not.toContain("\u001b");
  });

  it("ends quietly when the reader of its output has seen enough", async () => {
    const { code, error } = await run("bash", [
      "--norc",
      "-c",
      `set -o pipefail; '${process.execPath}' cli/tidepost.js completion fish | head -n 1`,
    ]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
  });

  it("stops following at Ctrl-C with 0", async () => {
    const child = spawn(process.execPath, ["cli/tidepost.js", "tail"], {
      cwd: projectRoot,
      env: { PATH: process.env["PATH"], TIDEPOST_URL: world.tidepost.apiUrl, XDG_CONFIG_HOME: folder },
    });
    await once(child.stderr, "data");
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });

  it("says which Node it needs on an older one", async () => {
    const entry = join(folder, "old.mjs");
    const main = JSON.stringify(join(projectRoot, "cli/tidepost.js"));
    await writeFile(
      entry,
      `Object.defineProperty(process, "versions", { value: { node: "22.1.0" } });\nawait import(${main});\n`,
    );
    const { code, out, error } = await run(process.execPath, [entry]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toMatch(/needs Node 24 or newer; this is Node 22\.1\.0/);
  });

  it("is the package's command", async () => {
    const link = await run("npm", ["exec", "--offline", "--", "tidepost", "--version"]);
    expect(link).toMatchObject({ code: 0, out: "0.1.0\n" });
  });
});
