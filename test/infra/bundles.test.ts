import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "@jridgewell/sourcemap-codec";
import { afterAll, expect, it } from "vitest";
import { functionEnv } from "#shared/contract/env.ts";
import { createCheckedApp } from "../../cdk/app.ts";
import { bundleReport, bundleSizes, maxBundleBytes } from "../../cdk/function-bundles.ts";
import { ownSourceMap } from "../../cdk/own-source-map.ts";

const outdir = mkdtempSync(join(tmpdir(), "tidepost-bundles-"));
afterAll(() => {
  rmSync(outdir, { recursive: true });
});

it("bundles every function into one small module", () => {
  createCheckedApp({ outdir, context: { sesEvents: "true" } }).synth();
  const assets = readdirSync(outdir).filter((name) => name.startsWith("asset."));
  expect(assets).toHaveLength(Object.keys(functionEnv).length);
  const contents = assets.map((asset) => readdirSync(join(outdir, asset)).toSorted().join(" ")).toSorted();
  const plain = Array.from({ length: assets.length - 2 }, () => "index.mjs index.mjs.map");
  expect(contents).toEqual([
    "docs.html index.mjs index.mjs.map openapi.json",
    ...plain,
    "index.mjs index.mjs.map site",
  ]);
  const sizes = assets.map((asset) => statSync(join(outdir, asset, "index.mjs")).size);
  expect(Math.max(...sizes), `sizes: ${sizes.join(", ")}`).toBeLessThanOrEqual(maxBundleBytes);

  for (const asset of assets) {
    const { sources } = JSON.parse(readFileSync(join(outdir, asset, "index.mjs.map"), "utf8")) as { sources: string[] };
    expect(sources.filter((source) => !/^(?:\.\.\/)+(?:lambdas|shared)\//.test(source))).toEqual([]);
    expect(sources).not.toEqual([]);
    expect(readFileSync(join(outdir, asset, "index.mjs"), "utf8")).not.toMatch(/\bimport\("node:/);
  }

  expect([...bundleSizes().keys()].toSorted()).toEqual(Object.keys(functionEnv).toSorted());
  expect([...bundleSizes().values()].toSorted((a, b) => a - b)).toEqual(sizes.toSorted((a, b) => a - b));
});

it("reports the size of every function, and refuses one that is too large", () => {
  const sizes = new Map([
    ["deliver", 700 * 1_024],
    ["api", maxBundleBytes],
  ]);
  expect(bundleReport(sizes)).toEqual(["api          1152 KiB of 1152 KiB", "deliver       700 KiB of 1152 KiB"]);
  expect(() => bundleReport(new Map([["api", maxBundleBytes + 1_024]]))).toThrow(
    "The code of a function may have 1152 KiB: api has 1153 KiB.",
  );
});

it("leaves libraries out of a source map, and lets no place of theirs count to our sources", () => {
  const mappings = encode([
    [
      [0, 0, 3, 4, 1],
      [10, 1, 7, 8, 0],
      [20, 1, 9, 0],
      [30, 2, 5, 6],
    ],
    [[0, 1, 1, 1]],
  ]);
  const sources = ["../../lambdas/a/index.ts", "../../node_modules/library/index.js", "../../shared/b.ts"];
  const json = ownSourceMap(JSON.stringify({ version: 3, sources, names: ["theirs", "ours"], mappings }));
  const map = JSON.parse(json) as SourceMapPayload;
  expect(map).toMatchObject({ version: 3, sources: [sources[0], sources[2]], names: ["ours"] });
  const places = new SourceMap(map);
  const ours = { originalSource: sources[0], originalLine: 3, originalColumn: 4, name: "ours" };
  expect(places.findEntry(0, 5)).toMatchObject(ours);
  for (const [line, column] of [
    [0, 10],
    [0, 25],
    [1, 3],
  ] as const) {
    expect(places.findEntry(line, column)).not.toHaveProperty("originalSource", expect.any(String));
  }
  expect(places.findEntry(0, 31)).toMatchObject({ originalSource: sources[2], originalLine: 5, originalColumn: 6 });
});
