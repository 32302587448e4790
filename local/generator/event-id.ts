import { scramble } from "./random.ts";

/** Event ids of one run: decimal, different within the run and between runs of different 32-bit seeds. */
export const eventIdOf = (seed: number, index: number): string =>
  `${10_000_000_000 + scramble(seed)}${String(index).padStart(7, "0")}`;
