import type { FunctionPool } from "./functions/function-pool.ts";
import type { Resource } from "./template/template.ts";

interface WarmUpOptions {
  readonly resources: readonly Resource[];
  readonly functions: readonly FunctionPool[];
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Loads the code of all functions in threads of their own: first of those that answer requests, which may come at once, then
 * of those that mappings call, which gather events first.
 */
export const warmUp = async ({ resources, functions, signal }: WarmUpOptions): Promise<void> => {
  const mapped = new Set(
    resources
      .filter(({ type }) => type === "AWS::Lambda::EventSourceMapping")
      .map(({ properties }) => String(properties["FunctionName"])),
  );
  const isMapped = ({ definition }: FunctionPool): boolean => mapped.has(definition.name) || mapped.has(definition.arn);
  await Promise.all(functions.filter((pool) => !isMapped(pool)).map((pool) => pool.warmUp()));
  if (!signal.aborted) await Promise.all(functions.filter(isMapped).map((pool) => pool.warmUp()));
};
