/** Largest code of a function: what Node has to read and compile before its first event. */
export const maxBundleBytes = 1_024 * 1_024;

/** Size of each function's code for people who build the stack; throws when one is over the limit. */
export const bundleReport = (sizes: ReadonlyMap<string, number>): readonly string[] => {
  const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_024)} KiB`;
  const tooLarge = [...sizes].filter(([, bytes]) => bytes > maxBundleBytes);
  if (tooLarge.length > 0) {
    const list = tooLarge.map(([name, bytes]) => `${name} has ${kilobytes(bytes)}`).join(", ");
    throw new Error(`The code of a function may have ${kilobytes(maxBundleBytes)}: ${list}.`);
  }
  return [...sizes]
    .toSorted(([one], [other]) => one.localeCompare(other, "en"))
    .map(([name, bytes]) => `${name.padEnd(12)} ${kilobytes(bytes).padStart(8)} of ${kilobytes(maxBundleBytes)}`);
};
