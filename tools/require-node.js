// Plain JavaScript on purpose: it must still run on a Node that is too old for everything else.
const requiredMajor = 24;
const major = Number(process.versions.node.split(".")[0]);

if (major < requiredMajor) {
  process.stderr.write(
    `Tidepost needs Node ${requiredMajor} or newer; this script runs on Node ${process.versions.node}.\n` +
      `"npm ci" installs Node ${requiredMajor} as a dev dependency and "npm run" then uses it. If you installed with\n` +
      `--ignore-scripts, run "npm rebuild node", or put Node ${requiredMajor} on the PATH.\n`,
  );
  process.exit(1);
}
