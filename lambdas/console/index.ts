import { join } from "node:path";
import { consoleEnv } from "#shared/contract/env.ts";
import { version } from "#shared/contract/version.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";
import { siteIn } from "./site.ts";

const env = parseEnv(consoleEnv, process.env);

export const handler = createHandler({
  // The build puts the console beside this module.
  site: siteIn(join(import.meta.dirname, "site")),
  config: {
    version,
    region: env.AWS_REGION,
    stack: env.STACK_NAME,
    links: { docs: "../docs" },
    portal: { name: env.PORTAL_NAME, color: env.PORTAL_COLOR, logo_url: env.PORTAL_LOGO_URL },
  },
  frameOrigins: env.PORTAL_FRAME_ORIGINS,
  telemetry: createTelemetry("console"),
});
