import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { type Template, templateSchema } from "./template/template.ts";

/** A synthesised stack: its template, and where the code of its functions lies. */
export interface Assembly {
  readonly template: Template;
  /** Directory of an asset, by its object key in the template. */
  readonly assetDirectory: (objectKey: string) => string;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.looseObject({ templateFile: z.string().optional() }).optional() }),
  ),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, "utf8")) as unknown;

/** Reads a cloud assembly that holds one stack. */
export const readAssembly = async (directory: string): Promise<Assembly> => {
  const manifest = manifestSchema.parse(await readJson(join(directory, "manifest.json")));
  const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === "aws:cloudformation:stack");
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    throw new Error(`The cloud assembly in ${directory} must hold exactly one stack, not ${stacks.length}`);
  }
  const [name, { properties }] = stack;
  const template = templateSchema.parse(await readJson(join(directory, properties?.templateFile ?? "")));
  const assets = assetsSchema.parse(await readJson(join(directory, `${name}.assets.json`)));
  const directories = new Map(
    Object.values(assets.files).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }) => [objectKey, join(directory, source.path ?? "")] as const),
    ),
  );
  return {
    template,
    assetDirectory: (objectKey) => {
      const found = directories.get(objectKey);
      if (found === undefined) throw new Error(`The cloud assembly has no asset ${objectKey}`);
      return found;
    },
  };
};
