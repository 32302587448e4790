import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { functionEnv } from "#shared/contract/env.ts";
import { createCheckedApp } from "../../cdk/app.ts";
import { bundleReport, bundleSizes, maxBundleBytes } from "../../cdk/function-bundles.ts";

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
