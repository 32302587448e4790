/**
 * The process of a local system, which ends when its parent lets go of it. Its arguments are how much faster retries come,
 * settings of the stack in JSON, and `console` where the console's files are wanted.
 */
import { readAssembly } from "../../emulator/assembly.ts";
import type { Endpoints } from "../../emulator/services/service.ts";
import { startRuntime } from "../../emulator/start-runtime.ts";
import { createConsoleSite } from "../../local/console-site.ts";
import { createApiKey, isWarmedUp } from "../../local/start-system.ts";
import { synthesise } from "../../local/synthesise.ts";
import { apiKeysTableName } from "./issue-key.ts";

/** Where the system is. */
export interface SharedSystem {
  /** Base URL up to the version. */
  readonly apiUrl: string;
  readonly endpoints: Endpoints;
  readonly apiKeysTable: string;
  /** Names of all tables by logical id. */
  readonly tables: Readonly<Record<string, string>>;
}

const [retryScale = "1", settings = "{}", wanted] = process.argv.slice(2);
const complain = (text: string): void => void process.stderr.write(`shared system: ${text}\n`);
const runtime = await startRuntime({
  assembly: async () => {
    const assembly = await readAssembly(await synthesise(JSON.parse(settings)));
    if (wanted === "console") await createConsoleSite(complain).complete(assembly);
    return assembly;
  },
  windowSeconds: 1,
  warmsUp: isWarmedUp,
  functionEnvironment: (apiUrl) => ({
    ALLOWED_TARGET_RANGES: "127.0.0.0/8",
    API_BASE_URL: apiUrl,
    BATCH_WINDOW_SECONDS: "1",
    DEFINITION_CACHE_SECONDS: "0",
    RETRY_SCALE: retryScale,
  }),
  onError: (message, error) => complain(`${message}: ${String(error)}`),
});
process.once("disconnect", () => void runtime.stop().finally(() => process.exit()));
await createApiKey(runtime, "local-key");
process.send?.({
  apiUrl: `${runtime.apiUrl}/v1`,
  endpoints: runtime.endpoints,
  apiKeysTable: apiKeysTableName(runtime.created.tables),
  tables: runtime.created.tables,
} satisfies SharedSystem);
