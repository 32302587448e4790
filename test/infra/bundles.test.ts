import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { functionEnv } from "#shared/contract/env.ts";
import { createApp } from "../../cdk/create-app.ts";

/** Budget of a function's code: what Node has to read and compile before the first event. */
const maxBundleBytes = 1_024 * 1_024;

const outdir = mkdtempSync(join(tmpdir(), "tidepost-bundles-"));
afterAll(() => {
  rmSync(outdir, { recursive: true });
});

it("bundles every function into one small module", () => {
  createApp({ outdir }).synth();
  const assets = readdirSync(outdir).filter((name) => name.startsWith("asset."));
  expect(assets).toHaveLength(Object.keys(functionEnv).length);
  const contents = assets.map((asset) => readdirSync(join(outdir, asset)).toSorted().join(" ")).toSorted();
  const plain = Array.from({ length: assets.length - 2 }, () => "index.mjs index.mjs.map");
  expect(contents).toEqual([...plain, "index.mjs index.mjs.map openapi.json", "index.mjs index.mjs.map site"]);
  const sizes = assets.map((asset) => statSync(join(outdir, asset, "index.mjs")).size);
  expect(Math.max(...sizes), `sizes: ${sizes.join(", ")}`).toBeLessThanOrEqual(maxBundleBytes);
});
