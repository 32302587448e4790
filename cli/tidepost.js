#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";

// Plain JavaScript on purpose: it must still say what is wrong on a Node that is too old for everything else.
const requiredMajor = 24;

if (Number(process.versions.node.split(".")[0]) < requiredMajor) {
  process.stderr.write(
    `tidepost needs Node ${requiredMajor} or newer; this is Node ${process.versions.node}.\n` +
      "In Tidepost's own folder, npm run tidepost -- … brings the right one along.\n",
  );
  process.exitCode = 1;
} else {
  // Loading the code is most of what a short command takes.
  module.enableCompileCache();
  // The package holds the command bundled: Node runs no TypeScript from node_modules.
  const isClone = existsSync(new URL("main.ts", import.meta.url));
  await import(isClone ? "./main.ts" : "../dist/cli/main.js");
}
