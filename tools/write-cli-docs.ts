import { readFileSync, writeFileSync } from "node:fs";
import { withCommands } from "./cli-docs.ts";

const path = "docs/cli.md";
writeFileSync(path, await withCommands(readFileSync(path, "utf8")));
