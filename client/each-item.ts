import { ApiError } from "./api-error.ts";
import type { Client } from "./create-client.ts";
import type { Paths } from "./paths.ts";

interface ListAnswer {
  readonly 200: { readonly content: { readonly "application/json": { readonly results: readonly unknown[] } } };
}

/** Paths that answer a list. */
export type ListPath = {
  [Path in keyof Paths]: Paths[Path] extends { readonly get: { readonly responses: ListAnswer } } ? Path : never;
}[keyof Paths];

type Get<Path extends ListPath> = Paths[Path]["get"];
type Item<Path extends ListPath> =
  Get<Path>["responses"][200]["content"]["application/json"]["results"] extends readonly (infer One)[] ? One : never;
type Params<Path extends ListPath> = Pick<Get<Path>["parameters"], "path" | "query">;

/**
 * Every item of a list, over all its pages: `for await (const batch of eachItem(client, "/webhooks/{id}/batches", { path:
 * { id } }))`. A page is asked for when the items of the one before have been taken. `/events/stream` has no last page: it
 * goes on until you leave the loop.
 *
 * @throws {ApiError} when a page is answered outside 2xx
 */
export async function* eachItem<Path extends ListPath>(
  client: Client,
  path: Path,
  params: Params<Path>,
): AsyncGenerator<Item<Path>, void, undefined> {
  // The types of one path do not follow from a variable that stands for several.
  const get = client.GET as unknown as (
    path: string,
    init: object,
  ) => Promise<{
    readonly data?: { readonly results: readonly Item<Path>[]; readonly next_cursor?: string };
    readonly error?: unknown;
    readonly response: Response;
  }>;
  const { path: inPath, query } = params as { readonly path?: object; readonly query?: object };
  let place: object = { ...query };
  for (;;) {
    const { data, error, response } = await get(path, { params: { path: inPath, query: place } });
    if (data === undefined) throw new ApiError(response.status, error);
    yield* data.results;
    const { next_cursor: cursor } = data;
    if (cursor === undefined || cursor === "") return;
    const { from: _from, ...withoutFrom } = place as { readonly from?: unknown };
    // The cursor of the stream stands for the time to begin at; that of a list goes with the times that bound it.
    place = path === "/events/stream" ? { ...withoutFrom, cursor } : { ...place, cursor };
  }
}
