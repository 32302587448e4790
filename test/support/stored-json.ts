/** Numbers that are too long for a double are read as `bigint`, of which JSON knows nothing. */
const digits = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

/** Items of a table as JSON. A table may hold those of other tests. */
export const storedJson = (items: unknown): string => JSON.stringify(items, digits);
