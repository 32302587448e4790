import { describe, expect, it, onTestFinished, vi } from "vitest";
import { answer } from "../support/receiver-behaviour.ts";
import { useCli } from "../support/use-cli.ts";

interface Row {
  readonly name: string;
  readonly active: boolean;
}

const world = useCli();
const { cli, register } = world;
const registered = async (): Promise<readonly Row[]> => (await world.tidepost.call("GET", "/webhooks")).json.results;

describe("webhooks that options choose", () => {
  it("are paused, resumed and deleted after a question that says how many they are", async () => {
    for (const name of ["shop-1", "shop-2", "crm"]) await register(`/${name}`);
    const states = async () => (await registered()).map(({ name, active }) => `${name} ${active}`).toSorted();
    const refused = await cli(["pause", "--search", "SHOP"], { reply: false });
    expect(refused).toMatchObject({ code: 1, questions: ["Pause 2 webhooks?"] });
    expect(await states()).toEqual(["crm true", "shop-1 true", "shop-2 true"]);
    const paused = await cli(["pause", "--search", "SHOP"], { reply: true });
    expect(paused.code).toBe(0);
    expect(paused.out.toSorted().map((line) => line.replace(/ \(.*/, ""))).toEqual([
      "✔ paused shop-1",
      "✔ paused shop-2",
    ]);
    expect(paused.error).toContain("2 of 2 webhooks paused.");
    expect(await states()).toEqual(["crm true", "shop-1 false", "shop-2 false"]);
    const again = await cli(["pause", "--all", "--yes"]);
    expect(again.error).toContain("3 webhooks match; 2 are paused already.");
    const resumed = await cli(["resume", "--state", "paused", "--search", "shop", "--yes", "--json"]);
    expect(resumed.json()).toMatchObject([
      { outcome: "done", active: true },
      { outcome: "done", active: true },
    ]);
    const asked = await cli(["delete", "--state", "paused"], { reply: true });
    expect(asked).toMatchObject({ code: 0, questions: ["Delete 1 webhook? Type yes"] });
    expect(await states()).toEqual(["shop-1 true", "shop-2 true"]);
    expect(await cli(["delete", "--search", "nothing", "--yes"])).toMatchObject({ code: 0, out: [] });
    expect(await cli(["delete", "--search", "shop", "--yes", "--quiet"])).toMatchObject({
      code: 0,
      out: [],
      error: "",
    });
    expect(await registered()).toEqual([]);
  });

  it("are not deleted where somebody changes them after they were chosen, be it at the last moment", async () => {
    const [renamed, raced, same] = await Promise.all(["/renamed", "/raced", "/same"].map((path) => register(path)));
    const { fetch } = globalThis;
    const change = async (id: string | undefined, body: object) => {
      expect((await world.tidepost.call("PUT", `/webhooks/${id}`, { body })).status).toBe(200);
    };
    const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const answered = await fetch(input, init);
      const path = new URL(input instanceof Request ? input.url : input).pathname;
      if (init?.method === "GET" && path.endsWith("/webhooks/summary")) await change(renamed, { name: "mine now" });
      if (init?.method === "GET" && path.endsWith(`/webhooks/${raced}`)) await change(raced, { batch_size: 7 });
      return answered;
    });
    onTestFinished(() => spy.mockRestore());
    const deleted = await cli(["delete", "--all", "--yes", "--json"]);
    expect(deleted.code).toBe(1);
    const outcomes = deleted.json() as readonly { readonly id: string; readonly outcome: string }[];
    expect(new Map(outcomes.map(({ id, outcome }) => [id, outcome]))).toEqual(
      new Map([
        [renamed, "failed"],
        [raced, "failed"],
        [same, "done"],
      ]),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "failed")).toMatchObject(
      Array.from({ length: 2 }, () => ({ errors: [{ message: expect.stringContaining("after it was chosen") }] })),
    );
    expect((await registered()).map(({ name }) => name).toSorted()).toEqual(["mine now", "raced"]);
  });

  it("are tested and get new secrets, and those for which that fails are listed with their reason", async () => {
    const signing = await register("/signing", { signing: true });
    const plain = await register("/plain");
    world.receiver.respond("/plain", answer(500));
    const tested = await cli(["test", "--all", "--yes"]);
    expect(tested).toMatchObject({ code: 1, out: [expect.stringMatching(/^✔ tested signing \(.*\) {3}200$/)] });
    expect(tested.error).toMatch(/✖ plain \(.*\): /);
    expect(tested.error).toContain("1 of 2 webhooks tested.");
    const rotated = await cli(["rotate", "signing", "plain", "--yes", "--json"]);
    expect(rotated.code).toBe(1);
    const outcomes = rotated.json() as readonly { readonly outcome: string }[];
    expect(outcomes.toSorted((one, other) => one.outcome.localeCompare(other.outcome))).toMatchObject([
      { id: signing, outcome: "done", signing_secret: expect.stringMatching(/^whsec_/) },
      { id: plain, outcome: "failed", errors: [{ message: expect.any(String) }] },
    ]);
    const told = await cli(["rotate", "signing", "--yes", "--quiet", "--overlap-hours", "0"]);
    expect(told.out).toEqual([expect.stringMatching(/^✔ rotated signing \(.*\) {3}whsec_/)]);
  });

  it("are left alone where the command does not say which, where its search is empty, where nobody can be asked, and after Ctrl-C", async () => {
    const id = await register("/a");
    for (const wrong of [[], [id, "--all"], ["--all", "--state", "ok"], ["--all"], ["--state", "none"]]) {
      expect(await cli(["pause", ...wrong]), wrong.join(" ")).toMatchObject({ code: 2 });
    }
    for (const text of ["", " "]) {
      const empty = await cli(["delete", "--search", text, "--yes"]);
      expect(empty).toMatchObject({ code: 2, error: expect.stringContaining("--search needs a text") });
      expect(await cli(["delete", "--search", text, "--state", "pending", "--yes"])).toMatchObject({ code: 2 });
    }
    const left = await cli(["delete", "--all", "--yes", "--json"], { interrupted: AbortSignal.abort() });
    expect(left.code).toBe(1);
    expect(left.json()).toEqual([{ id, name: "a", outcome: "not_tried" }]);
    expect(await registered()).toMatchObject([{ id, active: true }]);
  });

  it("are not tried after the key was refused", async () => {
    for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"]) await register(`/${name}`);
    const made = await cli(["keys", "create", "--label", "viewer", "--grants", "webhooks/view", "--json"]);
    const viewer = await cli(["pause", "--all", "--yes"], { env: { TIDEPOST_API_KEY: made.json().key } });
    expect(viewer.code).toBe(4);
    expect(viewer.error).toContain("2 webhooks not tried: they are as they were.");
    expect(viewer.error).toContain("0 of 8 webhooks paused.");
  });
});
