import { requestCountsTable } from "#shared/adapters/dynamodb/request-counts-table.ts";
import type { Aws } from "./aws.ts";

/** Counts requests as in production, with a limit that no test reaches but one that sets a lower one. */
export const ampleLimit = (aws: Aws) => ({ counts: requestCountsTable(aws.tables.batches), perSecond: 100_000 });
