import type { PropertyFilterProps } from "@cloudscape-design/components/property-filter";

type Query = PropertyFilterProps.Query;

const parameter = "f";
/** Longest operators first, so that `!=` is not read as `=`. */
const token = /^(?<propertyKey>\w*)(?<operator>!:|!=|!\^|>=|<=|:|=|\^|>|<)(?<value>.*)$/s;

/** A filter in an address's search: `f=state=failed&f=name:feed`. */
export const filterFromSearch = (search: string): Query => {
  const parameters = new URLSearchParams(search);
  const tokens = parameters.getAll(parameter).flatMap((text) => {
    const { propertyKey = "", operator, value } = token.exec(text)?.groups ?? {};
    if (operator === undefined || value === undefined) return [];
    return [{ operator, value, ...(propertyKey === "" ? {} : { propertyKey }) }];
  });
  return { tokens, operation: parameters.get("any") === "1" ? "or" : "and" };
};

/** The search with another filter; its other parameters stay. */
export const searchWithFilter = (search: string, { tokens, operation }: Query): string => {
  const parameters = new URLSearchParams(search);
  parameters.delete(parameter);
  parameters.delete("any");
  for (const { propertyKey = "", operator, value } of tokens) {
    parameters.append(parameter, `${propertyKey}${operator}${String(value)}`);
  }
  if (operation === "or" && tokens.length > 1) parameters.set("any", "1");
  return parameters.toString();
};

/** A filter in words, for the message that nothing matches it. */
export const filterText = (
  { tokens, operation }: Query,
  properties: readonly PropertyFilterProps.FilteringProperty[],
): string =>
  tokens
    .map(({ propertyKey, operator, value }) => {
      const label = properties.find(({ key }) => key === propertyKey)?.propertyLabel ?? "text";
      return `${label} ${operator} ${String(value)}`;
    })
    .join(operation === "or" ? " or " : " and ");
