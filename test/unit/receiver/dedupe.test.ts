import { describe, expect, it, vi } from "vitest";
import { dedupe, memoryStore } from "../../../receiver/index.ts";

describe("dedupe", () => {
  it("runs the write once for each batch id", async () => {
    const once = dedupe(memoryStore());
    const write = vi.fn<() => void>();
    expect([await once("a", write), await once("a", write), await once("b", write)]).toEqual([
      "done",
      "duplicate",
      "done",
    ]);
    expect(write).toHaveBeenCalledTimes(2);
  });

  it("marks a batch as done only after its write: one that failed runs again", async () => {
    const store = memoryStore();
    const once = dedupe(store);
    const fail = async (): Promise<void> => {
      expect(await store.has("a")).toBe(false);
      throw new Error("disk full");
    };
    await expect(once("a", fail)).rejects.toThrow("disk full");
    expect(await store.has("a")).toBe(false);
    expect(await once("a", () => undefined)).toBe("done");
    expect(await store.has("a")).toBe(true);
  });

  it("lets a duplicate wait for the write that runs already, and takes its place when that fails", async () => {
    const once = dedupe(memoryStore());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const second = vi.fn<() => void>();
    const results = Promise.all([once("a", async () => await promise), once("a", second), once("b", () => undefined)]);
    resolve();
    expect(await results).toEqual(["done", "duplicate", "done"]);
    expect(second).not.toHaveBeenCalled();
    reject(new Error("settled already"));

    const failing = Promise.withResolvers<void>();
    const outcomes = Promise.allSettled([
      once("c", async () => await failing.promise),
      once("c", second),
      once("c", second),
    ]);
    failing.reject(new Error("disk full"));
    expect((await outcomes).map((outcome) => (outcome.status === "fulfilled" ? outcome.value : "failed"))).toEqual([
      "failed",
      "done",
      "duplicate",
    ]);
    expect(second).toHaveBeenCalledTimes(1);
  });
});

describe("memoryStore", () => {
  it("forgets the oldest batches first", () => {
    const store = memoryStore({ maxBatches: 2 });
    for (const id of ["a", "b", "b", "c"]) void store.add(id);
    expect(["a", "b", "c"].map((id) => store.has(id))).toEqual([false, true, true]);
  });
});
