/** The beginning of an id, where a whole one has no room. */
export const shortId = (id: string): string => id.slice(0, 8);

/** Whether a text is a whole UUID, in either case. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
