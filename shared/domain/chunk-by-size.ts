/** Cuts a list, in order, into the fewest chunks that keep both limits. An item above `maxBytes` makes a chunk alone. */
export const chunkBySize = <Item>(
  items: readonly Item[],
  limits: { readonly maxItems: number; readonly maxBytes: number; readonly bytesOf: (item: Item) => number },
): readonly (readonly Item[])[] => {
  const chunks: Item[][] = [];
  let chunk: Item[] = [];
  let chunkBytes = 0;
  for (const item of items) {
    const bytes = limits.bytesOf(item);
    if (chunk.length > 0 && (chunk.length === limits.maxItems || chunkBytes + bytes > limits.maxBytes)) {
      chunks.push(chunk);
      chunk = [];
      chunkBytes = 0;
    }
    chunk.push(item);
    chunkBytes += bytes;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
};
