import { fc, it } from "@fast-check/vitest";
import { expect } from "vitest";
import { covers } from "#shared/api-key.ts";
import { grants } from "#shared/contract/words.ts";
import { excessGrants } from "../../../lambdas/api/api-keys.ts";

const someGrants = fc.uniqueArray(fc.constantFrom(...grants));

it.prop([someGrants, someGrants, someGrants])(
  "a key ends up with nothing that neither it nor the caller had",
  (wanted, current, caller) => {
    const excess = excessGrants({ wanted, current, caller });
    for (const grant of grants) {
      const isGained = covers(wanted, grant) && !covers(current, grant);
      if (isGained && !covers(caller, grant)) expect(excess).not.toEqual([]);
    }
    for (const grant of excess) expect(covers(caller, grant)).toBe(false);
  },
);

it.prop([someGrants, someGrants])("a key may always be narrowed", (current, caller) => {
  expect(excessGrants({ wanted: current.slice(1), current, caller })).toEqual([]);
});
