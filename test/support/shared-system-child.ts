/** The process of a shared system, which ends when its parent lets go of it. Its argument is how much faster retries come. */
import { readAssembly } from "../../emulator/assembly.ts";
import type { Endpoints } from "../../emulator/services/service.ts";
import { startRuntime } from "../../emulator/start-runtime.ts";
import { createApiKey } from "../../local/create-api-key.ts";
import { synthesise } from "../../local/synthesise.ts";
import { apiKeysTableName } from "./issue-key.ts";

/** Where the shared system is. */
export interface SharedSystem {
  /** Base URL up to the version. */
  readonly apiUrl: string;
  readonly endpoints: Endpoints;
  readonly apiKeysTable: string;
}

const [retryScale = "1"] = process.argv.slice(2);
const runtime = await startRuntime({
  assembly: async () => await readAssembly(await synthesise()),
  windowSeconds: 1,
  functionEnvironment: (apiUrl) => ({
    ALLOWED_TARGET_RANGES: "127.0.0.0/8",
    API_BASE_URL: apiUrl,
    DEFINITION_CACHE_SECONDS: "0",
    RETRY_SCALE: retryScale,
  }),
  onError: (message, error) => void process.stderr.write(`shared system: ${message}: ${String(error)}\n`),
});
process.once("disconnect", () => void runtime.stop().finally(() => process.exit()));
await createApiKey(runtime, "local-key");
process.send?.({
  apiUrl: `${runtime.apiUrl}/v1`,
  endpoints: runtime.endpoints,
  apiKeysTable: apiKeysTableName(runtime.created.tables),
} satisfies SharedSystem);
