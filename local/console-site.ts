/**
 * The console's files under `npm run dev`. Building them takes longer than everything that the first batch needs, so that
 * it begins when the system runs: until it ends, who asks for the console waits.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { addSiteQuietly, siteFolder } from "../console/build/site.ts";
import type { Assembly } from "../emulator/assembly.ts";
import type { FunctionDefinition, InvocationResult } from "../emulator/functions/environment.ts";
import type { FunctionPool } from "../emulator/functions/function-pool.ts";

export interface ConsoleSite {
  /** Lets the console's function wait for its files; any other function stays as it is. */
  readonly wrapFunction: (pool: FunctionPool) => FunctionPool;
  /** Begins to add the files to the console's function; what goes wrong is told. */
  readonly begin: (functions: readonly FunctionDefinition[]) => void;
  /** Adds the files to the console's code in an assembly. */
  readonly complete: (assembly: Assembly) => Promise<void>;
  /** Ends a build that is under way. */
  readonly stop: () => Promise<void>;
}

/** Within the time that the API gives an answer. */
const longestWaitMs = 20_000;
const lookAgainSeconds = 2;

/** Whether a function is the one that serves the console. */
export const isConsole = (logicalId: string): boolean => /^ConsoleFunction[0-9A-F]{8}$/.test(logicalId);
const codeOf = ({ handlerFile }: FunctionDefinition): string => dirname(handlerFile);

export const createConsoleSite = (onProblem: (text: string) => void): ConsoleSite => {
  const stopping = new AbortController();
  /** What is being done, by the directory of the code. */
  const adding = new Map<string, Promise<void>>();

  /** Resolves when a function's code has its files. */
  const added = (directory: string): Promise<void> => {
    const known = adding.get(directory);
    if (known !== undefined) return known;
    const adds = (hasSite(directory) ? Promise.resolve() : addSiteQuietly(directory, stopping.signal)).finally(() =>
      adding.delete(directory),
    );
    adding.set(directory, adds);
    return adds;
  };
  /** What there is to answer as long as a function's code lacks its files. */
  const hindrance = async (directory: string): Promise<InvocationResult | undefined> => {
    if (hasSite(directory)) return undefined;
    const waiting = sleep(longestWaitMs, isBeingBuilt, { ref: false });
    const adds = added(directory).then(
      () => undefined,
      (error: unknown) => page(500, messageOf(error)),
    );
    return await Promise.race([adds, waiting]);
  };

  return {
    wrapFunction: (pool) =>
      isConsole(pool.definition.logicalId)
        ? {
            ...pool,
            get definition() {
              return pool.definition;
            },
            invoke: async (event) => (await hindrance(codeOf(pool.definition))) ?? (await pool.invoke(event)),
          }
        : pool,
    begin: (functions) => {
      for (const definition of functions.filter(({ logicalId }) => isConsole(logicalId))) {
        added(codeOf(definition)).catch((error: unknown) => {
          if (!stopping.signal.aborted) onProblem(messageOf(error));
        });
      }
    },
    complete: async ({ assetDirectory, template }) => {
      for (const [logicalId, { Properties }] of Object.entries(template.Resources)) {
        if (isConsole(logicalId)) await added(assetDirectory(withCode.parse(Properties).Code.S3Key));
      }
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(adding.values());
    },
  };
};

const withCode = z.object({ Code: z.object({ S3Key: z.string() }) });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const hasSite = (directory: string): boolean => existsSync(join(directory, siteFolder));

/** An answer of the function's, before it can give one itself. */
const page = (statusCode: number, text: string, headers: Readonly<Record<string, string>> = {}): InvocationResult => ({
  kind: "answered",
  requestId: "",
  payload: JSON.stringify({
    statusCode,
    headers: { "cache-control": "no-store", "content-type": "text/plain; charset=utf-8", ...headers },
    body: text,
  }),
});

const isBeingBuilt = page(503, "The console is being built. This page reloads automatically.", {
  refresh: String(lookAgainSeconds),
});
