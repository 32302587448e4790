import { componentOf, type Schema } from "../../lambdas/api/openapi/document.ts";
import { type Html, html, inline } from "./html.ts";

/** Fragment that a component of the document has on the page. */
export const schemaAnchor = (name: string): string => `schema-${name}`;

/** A type in words; components are links. */
export const typeOf = (schema: Schema): Html => {
  const { $ref, anyOf, items, additionalProperties, enum: values, const: value } = schema;
  if ($ref !== undefined) {
    const name = componentOf($ref);
    return html`<a href="#${schemaAnchor(name)}">${name}</a>`;
  }
  if (anyOf !== undefined) return html`${joined(anyOf.map(typeOf), html` or `)}`;
  if (value !== undefined) return html`<code>${JSON.stringify(value)}</code>`;
  if (values !== undefined) {
    return html`one of
    ${joined(
      values.map((one) => html`<code>${String(one)}</code>`),
      html`, `,
    )}`;
  }
  if (items !== undefined) return html`array of ${typeOf(items)}`;
  if (typeof additionalProperties === "object") return html`object of ${typeOf(additionalProperties)}`;
  const types = [schema.type ?? "any value"].flat();
  return html`${types.join(" or ")}${schema.format === undefined ? "" : ` (${schema.format})`}`;
};

const joined = (list: readonly Html[], separator: Html): readonly Html[] =>
  list.flatMap((item, index) => (index === 0 ? [item] : [separator, item]));

/** The fields of an object, those of objects within it too, by their path. */
export const fieldsOf = (schema: Schema, prefix = ""): readonly Html[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    fieldEntry({ name: `${prefix}${name}`, field, isRequired: schema.required?.includes(name) === true }),
    ...fieldsOf(field, `${prefix}${name}.`),
    ...(field.items === undefined ? [] : fieldsOf(field.items, `${prefix}${name}[].`)),
  ]);

/** One field or parameter. */
export const fieldEntry = (entry: {
  readonly name: string;
  readonly field: Schema;
  readonly isRequired: boolean;
  readonly place?: string;
}): Html => {
  const { name, field, isRequired, place } = entry;
  const marks = [place, isRequired ? "required" : undefined].filter((mark) => mark !== undefined);
  return html`<dt>
      <code>${name}</code> <span class="type">${typeOf(field)}</span>${marks.map(
        (mark) => html` <span class="mark">${mark}</span>`,
      )}
    </dt>
    <dd>${field.description === undefined ? "" : inline(field.description)} ${limitsOf(field)}</dd>`;
};

/** The limits of a value in words. */
const limitsOf = (schema: Schema): Html => {
  const range = (unit: string, least: number | undefined, most: number | undefined): string | undefined => {
    if (least === undefined && most === undefined) return undefined;
    if (most === undefined) return `At least ${least}${unit}.`;
    return least === undefined ? `At most ${most}${unit}.` : `${least} to ${most}${unit}.`;
  };
  const limits = [
    range("", schema.minimum, schema.maximum),
    range(" characters", schema.minLength, schema.maxLength),
    range(" items", schema.minItems, schema.maxItems),
    schema.default === undefined || schema.default === null
      ? undefined
      : `Default: \`${JSON.stringify(schema.default)}\`.`,
  ].filter((limit) => limit !== undefined);
  return html`<span class="limits">${inline(limits.join(" "))}</span>`;
};
