import { writeFileSync } from "node:fs";
import { openApiDocument } from "../lambdas/api/openapi/create-document.ts";

// The document is static data of the function `api`, and for people who generate clients.
writeFileSync("docs/openapi.json", `${JSON.stringify(openApiDocument(), null, 2)}\n`);
