import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { openApiDocument } from "../lambdas/api/openapi/create-document.ts";
import { clientTypesFile } from "./client-types.ts";

// The document is static data of the function `api`, and for people who generate clients.
writeFileSync("docs/openapi.json", `${JSON.stringify(openApiDocument(), null, 2)}\n`);

// The client's types are the same document in TypeScript.
writeFileSync("client/paths.ts", clientTypesFile());
execFileSync(process.execPath, ["node_modules/oxfmt/bin/oxfmt", "client/paths.ts"]);
