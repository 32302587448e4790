import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Ended, runCli } from "../../support/cli.ts";

const key = "0123456789abcdef0123456789abcdef";
let folder: string;
let userFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidepost-config-"));
  userFile = join(folder, "tidepost", "config.json");
});
afterEach(async () => await rm(folder, { recursive: true }));

const config = async (args: readonly string[], input = ""): Promise<Ended> =>
  await runCli(["config", ...args], { env: { XDG_CONFIG_HOME: folder }, folder, input });

describe("tidepost config", () => {
  it("stores a profile for its owner alone, and uses it", async () => {
    expect(await config(["set", "prod", "--url", "https://a.example.com/api", "--key", "-"], `${key}\n`)).toMatchObject(
      {
        code: 0,
        out: [],
        error: `Profile prod is stored in ${userFile}.`,
      },
    );
    expect((await stat(userFile)).mode & 0o777).toBe(0o600);
    expect((await config(["use", "prod"])).code).toBe(0);
    expect(JSON.parse(await readFile(userFile, "utf8"))).toEqual({
      profile: "prod",
      profiles: { prod: { url: "https://a.example.com/api", key } },
    });
    const { out } = await config(["list"]);
    expect(out).toEqual([
      "profile  url                           key       region  stack",
      "local    http://127.0.0.1:4010/api/v1  ****      -       -",
      "prod *   https://a.example.com/api/v1  0123****  -       -",
      "",
      "in effect  value                         from",
      expect.stringMatching(/^profile +prod +\/.*config\.json$/),
      expect.stringMatching(/^url +https:\/\/a\.example\.com\/api\/v1 +\/.*config\.json$/),
      expect.stringMatching(/^key +0123\*{4} +\/.*config\.json$/),
    ]);
  });

  it("closes a file that others could read when it writes it", async () => {
    await config(["set", "prod", "--url", "https://a.example.com"]);
    await chmod(userFile, 0o644);
    await config(["set", "prod", "--region", "eu-west-1"]);
    expect((await stat(userFile)).mode & 0o777).toBe(0o600);
  });

  it("shows no key in JSON either, and where each value comes from", async () => {
    await config(["set", "prod", "--url", "https://a.example.com", "--key", "-"], key);
    const { json, out } = await config(["list", "--json", "--profile", "prod"]);
    expect(json().effective).toEqual({
      profile: { value: "prod", source: "--profile" },
      url: { value: "https://a.example.com/v1", source: userFile },
      key: { value: "0123****", source: userFile },
    });
    expect(out.join("\n")).not.toContain(key);
  });

  it("drops a key whose URL changes, and says so", async () => {
    await config(["set", "prod", "--url", "https://a.example.com", "--key", "-"], key);
    const { error } = await config(["set", "prod", "--url", "https://b.example.com"]);
    expect(error).toContain("Its key was for the old URL and is gone");
    expect(await readFile(userFile, "utf8")).not.toContain(key);
  });

  it("takes the URL of a project's file, and stores it with the key", async () => {
    const profiles = { team: { url: "https://team.example.com/api", region: "eu-west-1" } };
    await writeFile(join(folder, "tidepost.config.json"), JSON.stringify({ profile: "team", profiles }));
    expect((await config(["set", "team", "--key", "-"], key)).code).toBe(0);
    expect(JSON.parse(await readFile(userFile, "utf8")).profiles.team).toEqual({ url: profiles.team.url, key });
    expect((await config(["list", "--json"])).json().effective).toMatchObject({
      profile: { value: "team", source: join(folder, "tidepost.config.json") },
      key: { value: "0123****" },
      region: { value: "eu-west-1" },
    });
  });

  it("removes a profile, and its use", async () => {
    await config(["set", "prod", "--url", "https://a.example.com"]);
    await config(["use", "prod"]);
    expect(await config(["remove", "prod", "--json"])).toMatchObject({ code: 0, error: "" });
    expect(JSON.parse(await readFile(userFile, "utf8"))).toEqual({ profiles: {} });
  });

  it.each([
    [
      "a key on the command line",
      ["set", "x", "--url", "https://a.example.com", "--key", key],
      /does not go on the command line/,
    ],
    ["an empty key", ["set", "x", "--url", "https://a.example.com", "--key", "-"], /gives no secret/],
    ["a key without a URL", ["set", "x", "--key", "env:KEY"], /A key is stored with the URL/],
    ["a profile without a URL", ["set", "x", "--region", "eu-west-1"], /has no URL yet/],
    ["a URL that is none", ["set", "x", "--url", "a.example.com"], /'a\.example\.com' is not a URL/],
    ["a name with a space", ["set", "x y", "--url", "https://a.example.com"], /is no name of a profile/],
    ["changing the built-in profile", ["set", "local", "--url", "https://a.example.com"], /is built in/],
    ["removing the built-in profile", ["remove", "local"], /is built in/],
    ["using an unknown profile", ["use", "pord"], /There is no profile 'pord'[\s\S]*local/],
    ["removing an unknown profile", ["remove", "pord"], /has no profile 'pord'/],
    ["listing with an unknown profile", ["list", "--profile", "pord"], /There is no profile 'pord', which --profile/],
  ])("refuses %s and changes nothing", async (_, args, message) => {
    const { code, out, error } = await config(args);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(error).toMatch(message);
    await expect(stat(userFile)).rejects.toThrow("ENOENT");
  });

  it("says so when its file cannot be written", async () => {
    await writeFile(join(folder, "tidepost"), "in the way");
    const { code, error } = await config(["set", "prod", "--url", "https://a.example.com"]);
    expect({ code, error }).toMatchObject({ code: 1, error: expect.stringContaining("cannot be written") });
  });

  it("names what is wrong in a file", async () => {
    const file = join(folder, "tidepost.config.json");
    await writeFile(file, JSON.stringify({ profiles: { prod: { url: "https://a.example.com", key } } }));
    const { code, error } = await config(["list", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(error).errors[0]).toMatchObject({
      message: `${file} cannot be used`,
      description: expect.stringContaining("profiles.prod.key: unknown here (keys belong in the user's own file"),
    });
    await writeFile(file, "{");
    expect((await config(["list"])).error).toMatch(/cannot be used[\s\S]*JSON/);
  });
});
