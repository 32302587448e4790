/** Faults that a soak can make, and what each means. */
export const faultMeanings = {
  workers: "function environments end in the middle of an invocation, most of them at one of its AWS calls",
  process: "the whole runtime is killed and started again on its data",
  sockets: "targets freeze, drip, reset, close early, redirect, refuse and flood; kept connections break",
  dns: "targets' names lead to forbidden addresses, to none, or slowly",
  clock: "the functions' clocks jump back and forth",
  duplicates: "mappings deliver twice, late, shuffled, and lose answers",
  aws: "calls of AWS services are throttled, fail, break, lose their answers or succeed in part",
  hostile: "events, targets' answers and calls of the API hold what breaks programs",
  disk: "the disk takes nothing more for a moment",
} as const;

export type FaultName = keyof typeof faultMeanings;
export const faultNames = Object.keys(faultMeanings) as readonly FaultName[];
