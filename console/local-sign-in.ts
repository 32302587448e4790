/** What `npm run dev` writes into the document; nothing else that serves the console does. */
const codeName = "tidepost-sign-in";
/** A runtime that takes longer than this is about to end, or busy: the page for signing in is there before. */
const patienceMs = 5_000;

/**
 * Gives the local runtime the code that it has written into this document, and returns the API key that it answers; undefined
 * when there is no code, and when the code is no longer good. The code leaves the document at once: it is good once.
 */
export const localKey = async (): Promise<string | undefined> => {
  const element = document.querySelector<HTMLMetaElement>(`meta[name="${codeName}"]`);
  if (element === null) return undefined;
  element.remove();
  try {
    const response = await fetch("sign-in", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: element.content }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const { key } = response.ok ? ((await response.json()) as { readonly key?: unknown }) : {};
    return typeof key === "string" ? key : undefined;
  } catch {
    return undefined;
  }
};
