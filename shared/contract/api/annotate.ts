import * as z from "zod";

/** What the document says of a field beyond its schema. */
interface Note {
  readonly description: string;
  readonly examples?: readonly unknown[];
  /** JSON Schema of the rules that are code in the schema. */
  readonly rules?: Readonly<Record<string, unknown>>;
}

/** A schema's fields with a description each. A field without a note does not compile. */
export const annotate = <Shape extends z.ZodRawShape>(
  { shape }: z.ZodObject<Shape>,
  notes: { readonly [Name in keyof Shape]: Note },
): z.ZodObject =>
  z.object(Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, noted(field, notes[name])])));

const noted = (field: z.core.$ZodType, note: Note | undefined): z.core.$ZodType =>
  field instanceof z.ZodType && note !== undefined ? field.meta(metaOf(note)) : field;

// Examples of a field with a transformation are dropped, unless they come as an override.
const metaOf = ({ description, examples, rules }: Note) => ({
  description,
  override: { ...rules, ...(examples === undefined ? {} : { examples: [...examples] }) },
});
