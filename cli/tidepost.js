#!/usr/bin/env node
// Plain JavaScript on purpose: it must still say what is wrong on a Node that is too old for everything else.
const requiredMajor = 24;

if (Number(process.versions.node.split(".")[0]) < requiredMajor) {
  process.stderr.write(
    `tidepost needs Node ${requiredMajor} or newer; this is Node ${process.versions.node}.\n` +
      "In Tidepost's own folder, npm run tidepost -- … brings the right one along.\n",
  );
  process.exitCode = 1;
} else {
  await import("./main.ts");
}
