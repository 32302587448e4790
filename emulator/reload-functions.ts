import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Assembly } from "./assembly.ts";
import type { FunctionPool } from "./functions/function-pool.ts";
import { type FunctionDefinitionOptions, functionDefinition } from "./resources/functions.ts";
import { evaluateTemplate } from "./template/evaluate.ts";
import { identifyResource } from "./template/resource-identity.ts";
import type { Template } from "./template/template.ts";

/** What came of a reload. */
export interface Reloaded {
  /** Logical ids of the functions that run other code or have other settings now. */
  readonly functions: readonly string[];
  /** Whether the template has changed in what is only read at the start. */
  readonly needsRestart: boolean;
}

interface ReloadOptions {
  /** What the runtime was started from. */
  readonly running: Assembly;
  readonly changed: Assembly;
  readonly functions: readonly FunctionPool[];
  readonly definitionOptions: Omit<FunctionDefinitionOptions, "assetDirectory">;
}

/** Gives functions the code and settings that they have in a changed synthesis of the same stack. */
export const reloadFunctions = ({ running, changed, functions, definitionOptions }: ReloadOptions): Reloaded => {
  const { endpoints } = definitionOptions;
  const { assetDirectory, template } = changed;
  const resources = evaluateTemplate({ template, identify: (resource) => identifyResource(resource, endpoints) });
  const reloads = functions.flatMap((pool) => {
    const resource = resources.find(({ logicalId }) => logicalId === pool.definition.logicalId);
    if (resource === undefined) return [];
    const definition = functionDefinition(resource, { ...definitionOptions, assetDirectory });
    return [{ pool, definition, isSame: isSame(definition, pool.definition) }];
  });
  // All definitions could be read: only now anything changes. Also those that stay the same move, as old assemblies go.
  for (const { pool, ...reload } of reloads) pool.reload(reload.definition, reload);
  return {
    functions: reloads.filter((reload) => !reload.isSame).map(({ definition }) => definition.logicalId),
    needsRestart: !isDeepStrictEqual(withoutFunctions(running.template), withoutFunctions(template)),
  };
};

type Definition = FunctionPool["definition"];

/** Whether two definitions come to the same, although each synthesis puts the code into a directory of its own. */
const isSame = (one: Definition, other: Definition): boolean =>
  isDeepStrictEqual(settingsOf(one), settingsOf(other)) && isDeepStrictEqual(filesOf(one), filesOf(other));

const settingsOf = ({ handlerFile: _file, environment, ...settings }: Definition) => {
  const { LAMBDA_TASK_ROOT: _root, ...variables } = environment;
  return { ...settings, variables };
};

/** The files of a function's code by their names; none when an old assembly is gone. */
const filesOf = ({ handlerFile }: Definition): Readonly<Record<string, Buffer>> => {
  const root = dirname(handlerFile);
  if (!existsSync(root)) return {};
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(root, path), readFileSync(path)]));
};

/** What is left of a template without its functions and the descriptions of how it came about. */
const withoutFunctions = ({ Resources }: Template): object =>
  Object.fromEntries(
    Object.entries(Resources)
      .filter(([, { Type }]) => Type !== "AWS::Lambda::Function" && Type !== "AWS::CDK::Metadata")
      .map(([logicalId, { Type, Properties }]) => [logicalId, { Type, Properties }]),
  );
