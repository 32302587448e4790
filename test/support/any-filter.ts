import { fc } from "@fast-check/vitest";
import type { Filter } from "#shared/contract/api/webhook-filter.ts";

/** Names and values that a careless evaluation stumbles over. */
export const anyName = fc.constantFrom(
  "a",
  "b",
  "a.b",
  "__proto__",
  "constructor",
  "toString",
  "length",
  "0",
  "é",
  "\ud83d\ude00",
);
export const anyScalar = fc.oneof(
  fc.constantFrom("", "10", "10.0", " 10", "NaN", "1e400", "-0", "true", "null", "2026-01-02T03:04:05Z", "ab", "b"),
  fc.constantFrom(0, -0, 10, 1_767_323_045, 1e308, 5e-324, true, false),
  fc.string({ maxLength: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** A filter of any form, its values and names unlike any that people use. */
const path = fc.array(anyName, { minLength: 1, maxLength: 3 });
const bound = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom("10", "2026-01-02T03:04:05Z"),
);
const condition = fc
  .tuple(
    path,
    fc.oneof(
      anyScalar.map((eq) => ({ eq })),
      fc.array(anyScalar, { minLength: 1, maxLength: 3 }).map((values) => ({ in: values })),
      fc.string({ minLength: 1, maxLength: 2 }).map((prefix) => ({ prefix })),
      fc.string({ minLength: 1, maxLength: 2 }).map((suffix) => ({ suffix })),
      fc.boolean().map((exists) => ({ exists })),
      bound.map((gt) => ({ gt })),
      bound.map((gte) => ({ gte })),
      bound.map((lt) => ({ lt })),
      bound.map((lte) => ({ lte })),
    ),
  )
  .map(([field, comparison]): Filter => ({ field, ...comparison }));
export const { filter: anyFilter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    condition,
    fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
    tie("filter").map((not) => ({ not })),
  ),
}));
