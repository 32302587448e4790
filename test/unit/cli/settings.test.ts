import { describe, expect, it } from "vitest";
import { type Layers, accessOf, resolveSettings } from "../../../cli/settings.ts";

const user = "/home/ann/.config/tidepost/config.json";
const project = "/project/tidepost.config.json";

const layers = (parts: Partial<Layers> = {}): Layers => ({
  user: { path: user, content: { profiles: {} } },
  env: {},
  flags: {},
  ...parts,
});

const withProd = layers({
  user: {
    path: user,
    content: {
      profile: "prod",
      profiles: { prod: { url: "https://a.example.com/api", key: "own-key", region: "eu-west-1" } },
    },
  },
});

describe("settings", () => {
  it("are those of this machine when nothing is configured", () => {
    expect(resolveSettings(layers())).toMatchObject({
      profile: { value: "local", source: "built in" },
      url: { value: "http://127.0.0.1:4010/api/v1", source: "built in" },
      key: { value: "local-key", source: "built in" },
    });
  });

  it("have the region of the environment where it names one", () => {
    const region = { value: "us-west-2", source: "AWS_REGION" };
    expect(resolveSettings({ ...withProd, env: { AWS_REGION: "us-west-2" } })).toMatchObject({ region });
  });

  it("come from the user's own file", () => {
    expect(resolveSettings(withProd)).toMatchObject({
      profile: { value: "prod", source: user },
      url: { value: "https://a.example.com/api/v1", source: user },
      key: { value: "own-key", source: user },
      region: { value: "eu-west-1", source: user },
    });
  });

  it("of the project win over the user's own", () => {
    const content = {
      profile: "test",
      profiles: { prod: { region: "us-east-1", stack: "Team" }, test: { url: "https://t.example.com" } },
    };
    const both = { ...withProd, project: { path: project, content } };
    expect(resolveSettings(both)).toMatchObject({ profile: { value: "test", source: project } });
    expect(resolveSettings({ ...both, flags: { profile: "prod" } })).toMatchObject({
      profile: { value: "prod", source: "--profile" },
      url: { source: user },
      key: { value: "own-key", source: user },
      region: { value: "us-east-1", source: project },
      stack: { value: "Team", source: project },
    });
  });

  it("of the environment win over both files, and options over the environment", () => {
    const env = { TIDEPOST_PROFILE: "local", TIDEPOST_URL: "http://localhost:1/api", TIDEPOST_API_KEY: "env-key" };
    expect(resolveSettings({ ...withProd, env })).toMatchObject({
      profile: { value: "local", source: "TIDEPOST_PROFILE" },
      url: { value: "http://localhost:1/api/v1", source: "TIDEPOST_URL" },
      key: { value: "env-key", source: "TIDEPOST_API_KEY" },
    });
    const flags = { profile: "prod", url: "http://localhost:2/v1", key: "flag-key" };
    expect(resolveSettings({ ...withProd, env, flags })).toMatchObject({
      profile: { value: "prod", source: "--profile" },
      url: { value: "http://localhost:2/v1", source: "--url" },
      key: { value: "flag-key", source: "--key" },
    });
  });

  it("take an empty variable for one that is not set", () => {
    const env = { TIDEPOST_PROFILE: "", TIDEPOST_URL: "", TIDEPOST_API_KEY: "" };
    expect(resolveSettings({ ...withProd, env })).toEqual(resolveSettings(withProd));
  });

  it.each(["TIDEPOST_URL", "--url"])("withhold a stored key from another URL, given by %s", (source) => {
    const url = "https://evil.example.net/api";
    const elsewhere =
      source === "--url" ? { ...withProd, flags: { url } } : { ...withProd, env: { TIDEPOST_URL: url } };
    const settings = resolveSettings(elsewhere);
    expect(settings.key).toBeUndefined();
    expect(settings.withheld).toContain("is for https://a.example.com/api, not for https://evil.example.net/api/v1");
  });

  it("withhold a stored key when the project gives its profile another URL", () => {
    const content = { profiles: { prod: { url: "https://evil.example.net" } } };
    expect(resolveSettings({ ...withProd, project: { path: project, content } }).key).toBeUndefined();
  });

  it("have the local key for this machine alone", () => {
    expect(resolveSettings(layers({ flags: { url: "http://localhost:4130/api" } })).key?.value).toBe("local-key");
    expect(resolveSettings(layers({ flags: { url: "https://a.example.com" } })).key).toBeUndefined();
    expect(resolveSettings(layers({ flags: { url: "http://127.0.0.1.evil.example.net" } })).key).toBeUndefined();
  });

  it("refuse an unknown profile and a URL that is none, naming where they come from", () => {
    expect(() => resolveSettings(layers({ env: { TIDEPOST_PROFILE: "pord" } }))).toThrow(
      "There is no profile 'pord', which TIDEPOST_PROFILE names",
    );
    expect(() => resolveSettings(layers({ flags: { url: "localhost:4010" } }))).toThrow("is not a URL of an API");
    expect(() => resolveSettings(layers({ flags: { url: "http://u:p@localhost" } }))).toThrow("is not a URL of an API");
  });
});

describe("a folder's own file", () => {
  const foreign = {
    path: project,
    content: { profile: "prod", profiles: { prod: { url: "https://evil.example.net/api" } } },
  };
  const env = { TIDEPOST_API_KEY: "env-key" };

  it("gets no key for a URL that it alone names, wherever the key comes from", () => {
    for (const given of [{ env }, { flags: { key: "flag-key" } }, {}]) {
      const settings = resolveSettings({ ...withProd, project: foreign, ...given });
      expect(settings.url?.value).toBe("https://evil.example.net/api/v1");
      expect(settings.key).toBeUndefined();
      expect(settings.withheld).toContain("https://evil.example.net/api");
    }
  });

  it("puts nothing into the command that it proposes which a shell would obey", () => {
    const profiles = { "a; reboot": { url: "https://evil.example.net/$(reboot)" } };
    const settings = resolveSettings({
      ...withProd,
      project: { path: project, content: { profile: "a; reboot", profiles } },
    });
    const fix = "tidepost config set 'a; reboot' --url 'https://evil.example.net/$(reboot)/v1'";
    expect(() => accessOf(settings, { error: () => undefined })).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ fix: `If you trust that URL: ${fix}` })] }),
    );
  });

  it("gets the key for a URL that the user's own file, an option or a variable names, too, and for this machine", () => {
    const own = {
      path: project,
      content: { profile: "team", profiles: { team: { url: "https://a.example.com/api/v1/" } } },
    };
    expect(resolveSettings({ ...withProd, project: own, env }).key?.value).toBe("env-key");
    const url = "https://evil.example.net/api";
    expect(resolveSettings({ ...withProd, project: foreign, env: { ...env, TIDEPOST_URL: url } }).key?.value).toBe(
      "env-key",
    );
    expect(resolveSettings({ ...withProd, project: foreign, env, flags: { url } }).key?.value).toBe("env-key");
    const local = {
      path: project,
      content: { profile: "dev", profiles: { dev: { url: "http://127.0.0.1:4130/api" } } },
    };
    expect(resolveSettings({ ...withProd, project: local, env }).key?.value).toBe("env-key");
  });
});
