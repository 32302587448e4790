import * as z from "zod";
import type { Answer } from "./common.ts";

/**
 * The schema with which a client reads answers, made from the API's own, so that client and server may be of different versions.
 *
 * A newer server sends fields that the client does not know: they pass, and `--json` prints them. It also sends words that
 * are new (a state, a reason): they pass, so code must not rely on its list being whole. An older server leaves fields out:
 * every field that came after the first version is `exactOptional` in its schema, or has a `default`, which is what its
 * absence means. Limits of numbers and lists are the server's business.
 */
export const readable = <Schema extends z.ZodType>(schema: Schema): z.ZodType<Answer<Schema>> =>
  open(schema) as z.ZodType<Answer<Schema>>;

const open = (schema: z.core.$ZodType): z.ZodType => {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries<z.core.$ZodType>(schema.shape);
    return z.looseObject(Object.fromEntries(fields.map(([name, field]) => [name, open(field)])));
  }
  if (schema instanceof z.ZodArray) return z.array(open(schema.element));
  if (schema instanceof z.ZodRecord) return z.record(z.string(), open(schema.valueType));
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map(open));
  if (schema instanceof z.ZodNullable) return open(schema.unwrap()).nullable();
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) return open(schema.unwrap()).optional();
  if (schema instanceof z.ZodDefault) return open(schema.unwrap()).default(schema.def.defaultValue);
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral || schema instanceof z.ZodString) return z.string();
  if (schema instanceof z.ZodNumber) return z.number();
  if (schema instanceof z.ZodBoolean) return z.boolean();
  if (schema instanceof z.ZodUnknown) return z.unknown();
  if (schema instanceof z.ZodUndefined) return z.undefined();
  throw new Error("The answers of the API have no schema of this kind");
};
