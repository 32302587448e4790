/** JSON type of a value, in the words of the field dictionary. */
export const jsonType = (value: unknown): string => {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
};
