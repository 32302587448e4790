import { RequestError } from "#shared/domain/errors.ts";

interface RoutePattern {
  readonly method: string;
  /** Path below the stage; `{name}` stands for one segment. */
  readonly path: string;
}

export interface Match<Route> {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request: 404 when no path fits, 405 with `Allow` when only the method does not. */
export const matchRoute = <Route extends RoutePattern>(
  routes: readonly Route[],
  method: string,
  path: string,
): Match<Route> => {
  const matches = routes.flatMap((route) => {
    const parameters = matchPath(route.path, path);
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  // A literal path wins over a pattern: routes are tried by their number of parameters.
  const ranked = matches.toSorted((a, b) => Object.keys(a.parameters).length - Object.keys(b.parameters).length);
  const best = ranked.filter(({ route }) => route.path === ranked[0]?.route.path);
  const match = best.find(({ route }) => route.method === method);
  if (match !== undefined) return match;
  if (best.length === 0) {
    throw new RequestError(404, {
      message: "Resource could not be found",
      description: "There is no such path.",
      code: "1101",
    });
  }
  const allow = best.map(({ route }) => route.method).join(", ");
  throw new RequestError(
    405,
    { message: `Method ${method} is not allowed here`, description: `Allowed: ${allow}.`, code: "1102" },
    { headers: { allow } },
  );
};

const matchPath = (pattern: string, path: string): Readonly<Record<string, string>> | undefined => {
  const wanted = pattern.split("/");
  const found = path.split("/");
  if (wanted.length !== found.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = found[index] ?? "";
    if (segment.startsWith("{")) parameters[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return parameters;
};
