import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractConfiguration from "dependency-cruiser/config-utl/extract-depcruise-config";

const rulesFile = fileURLToPath(new URL("../.dependency-cruiser.mjs", import.meta.url));

/** Folders whose modules the structure rules judge. */
export const sourceFolders = [
  "bench",
  "cdk",
  "cli",
  "client",
  "console",
  "emulator",
  "lambdas",
  "local",
  "producer",
  "receiver",
  "shared",
  "test",
  "tools",
];

export interface Structure {
  /** Paths of the modules that were read, from the root. */
  readonly modules: readonly string[];
  /** One line for each broken rule. */
  readonly violations: readonly string[];
}

/** Reads the modules below a root and holds their imports against the rules. */
export const checkStructure = async (root: string): Promise<Structure> => {
  const { forbidden = [], options = {} } = await extractConfiguration(rulesFile);
  const folders = sourceFolders.filter((folder) => existsSync(`${root}/${folder}`));
  const { enhancedResolveOptions, ...cruiseOptions } = options;
  const { output } = await cruise(
    folders,
    { ...cruiseOptions, baseDir: root, ruleSet: { forbidden }, validate: true },
    { ...enhancedResolveOptions },
  );
  const { modules, summary } = output as ICruiseResult;
  return {
    modules: modules.map(({ source }) => source).filter((source) => !source.includes("node_modules/")),
    violations: summary.violations.map(({ from, rule, to }) => `${rule.name}: ${from} → ${to}`),
  };
};

if (import.meta.main) {
  const { modules, violations } = await checkStructure(process.cwd());
  for (const violation of violations) console.error(violation);
  console.log(`${modules.length} modules, ${violations.length} violations`);
  if (violations.length > 0) process.exitCode = 1;
}
