/**
 * What tests choose by chance follows from one number, the same in every run: a run of the same code ends as the one before.
 * `TEST_SEED=random` tries other cases, and `TEST_SEED=<number>` those of a run that printed it.
 */
const wanted = process.env["TEST_SEED"] ?? "1";

export const seed = wanted === "random" ? Math.floor(Math.random() * 1e6) : Number(wanted);
