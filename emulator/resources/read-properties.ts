import * as z from "zod";
import type { Resource } from "../template/template.ts";

/** A property that must not be set, because the runtime would have to ignore it. */
export const unsupported = (what: string) => z.undefined({ error: `${what} not supported locally` }).optional();

/** Reads a resource's properties by schema; what the runtime cannot honour is an error that names the resource. */
export const readProperties = <Schema extends z.ZodType>(schema: Schema, resource: Resource): z.output<Schema> => {
  const result = schema.safeParse(resource.properties);
  if (result.success) return result.data;
  throw new Error(
    `The local runtime cannot run ${resource.type} ${resource.logicalId}:\n${z.prettifyError(result.error)}`,
  );
};
