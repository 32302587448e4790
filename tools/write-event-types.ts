import { writeFileSync } from "node:fs";
import { eventTypesFile } from "./event-types.ts";

// The receiver stands alone: it cannot import the catalogue, and so has its types written out.
writeFileSync("receiver/event-types.ts", eventTypesFile());
