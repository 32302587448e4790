import * as z from "zod";
import {
  maxFieldPathCharacters,
  maxFieldPathNames,
  maxFilterBytes,
  maxFilterConditions,
  maxFilterDepth,
} from "../limits.ts";
import { note } from "./common.ts";
import {
  type Filter,
  type FilterOperator,
  type FilterProblem,
  filterOperators,
  problemsOfFilter,
} from "./webhook-filter.ts";

/** What the OpenAPI document says of paths. */
export const pathSchema = {
  anyOf: [
    { type: "string", minLength: 1, maxLength: maxFieldPathCharacters },
    { type: "array", items: { type: "string", minLength: 1 }, minItems: 1, maxItems: maxFieldPathNames },
  ],
};

const valueSchema = { type: ["string", "number", "boolean"] };
const textSchema = { type: "string" };
const quantitySchema = { type: ["number", "string"] };
const comparisonSchemas: Readonly<Record<FilterOperator, object>> = {
  eq: valueSchema,
  in: { type: "array", items: valueSchema },
  prefix: textSchema,
  suffix: textSchema,
  exists: { type: "boolean" },
  gt: quantitySchema,
  gte: quantitySchema,
  lt: quantitySchema,
  lte: quantitySchema,
};
const itself = { $ref: "#/components/schemas/Filter" };
const oneOf = (name: string, schema: object, more: object = {}) => ({
  type: "object",
  properties: { ...more, [name]: schema },
  required: [...Object.keys(more), name],
  additionalProperties: false,
});

/** A schema whose rules are code, and what has passed them. */
export const typed = <Value>(schema: z.ZodUnknown): z.ZodType<Value> => schema as unknown as z.ZodType<Value>;

/** What stands at a place of a value: an error quotes that, and not the whole; undefined where nothing stands. */
export const partAt = (value: unknown, path: FilterProblem["path"]): unknown =>
  path.reduce<unknown>((part, name) => (part as Readonly<Record<string, unknown>> | undefined)?.[name], value);

/** A filter. Its rules are code, so that what is wrong is said with its place. */
export const filter = typed<Filter>(
  z
    .unknown()
    .superRefine((value, context) => {
      for (const { path, problem } of problemsOfFilter(value)) {
        context.addIssue({ code: "custom", message: problem, input: partAt(value, path), path: [...path] });
      }
    })
    .meta({
      id: "Filter",
      ...note(
        `Conditions over an event's fields. At most ${maxFilterBytes} bytes as JSON, ${maxFilterDepth} levels of \`and\`, ` +
          `\`or\` and \`not\`, and ${maxFilterConditions} conditions. The guide "Take only the events you want" says what each means.`,
        {
          anyOf: [
            oneOf("and", { type: "array", items: itself }),
            oneOf("or", { type: "array", items: itself }),
            oneOf("not", itself),
            ...filterOperators.map((name) => oneOf(name, comparisonSchemas[name], { field: pathSchema })),
          ],
        },
      ),
    }),
);
