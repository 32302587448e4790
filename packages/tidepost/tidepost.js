#!/usr/bin/env node
import module from "node:module";

// Plain JavaScript on purpose: it must still say what is wrong on a Node that is too old for everything else.
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`tidepost needs Node 22.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  // Loading the code is most of what a short command takes.
  module.enableCompileCache();
  await import("./cli/main.js");
}
