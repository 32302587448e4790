import * as z from "zod";
import { jsonOf } from "#shared/text/json.ts";

/** The running API, and a key for it. */
export interface LocalApi {
  /** Base URL up to the version. */
  readonly url: string;
  readonly key: string;
}

/** What the API refused, in its own words. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
}

const refusal = z.object({
  errors: z.array(z.object({ message: z.string(), description: z.string().optional(), fix: z.string().optional() })),
});

/** Calls the API and returns its results; throws an `ApiRefusal` that says what is wrong and what to do. */
export const callLocalApi = async <Schema extends z.ZodType>(
  { url, key }: LocalApi,
  call: { readonly path: string; readonly body?: unknown; readonly results: Schema },
): Promise<z.output<Schema>> => {
  const { path, body, results } = call;
  const response = await fetch(`${url}${path}`, {
    headers: { authorization: key, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) return results.parse((JSON.parse(text) as { readonly results: unknown }).results);
  const [error] = refusal.safeParse(jsonOf(text)).data?.errors ?? [];
  const parts = [error?.message, error?.description, error?.fix].flatMap((part) => sentence(part ?? ""));
  throw new ApiRefusal(error === undefined ? `${response.status} ${text}` : parts.join(" "));
};

const sentence = (text: string): readonly string[] => {
  const words = text.trim().replace(/[.:]$/, "");
  return words === "" ? [] : [`${words}.`];
};
