#!/usr/bin/env node
import module from "node:module";

// Plain JavaScript on purpose: it must still say what is wrong on a Node that is too old for everything else.
const requiredMajor = 24;

if (Number(process.versions.node.split(".")[0]) < requiredMajor) {
  process.stderr.write(
    `tidepost needs Node ${requiredMajor} or newer; this is Node ${process.versions.node}.\n` +
      "In Tidepost's own folder, npm run tidepost -- … uses the right one. The package tidepost runs on Node 22, too.\n",
  );
  process.exitCode = 1;
} else {
  // Loading the code is most of what a short command takes.
  module.enableCompileCache();
  await import("./main.ts");
}
