/** A resource of the REST API that has methods. */
export interface RouteTarget<Integration> {
  /** As in the template: `/v1/{proxy+}`. */
  readonly resource: string;
  /** By HTTP method; `ANY` for all others. */
  readonly methods: ReadonlyMap<string, Integration>;
}

export interface RouteMatch<Integration> {
  readonly resource: string;
  readonly integration: Integration;
  readonly pathParameters: Readonly<Record<string, string>>;
}

const segmentsOf = (path: string): readonly string[] => path.split("/").filter((segment) => segment !== "");

/** Decodes a path parameter; throws URIError for a malformed escape. */
const decoded = (segments: readonly string[]): string => segments.map(decodeURIComponent).join("/");

const matchSegments = (
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined => {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const rest = segments.slice(index);
    const [segment] = rest;
    if (segment === undefined) return undefined;
    const name = /^\{(.+?)(\+?)\}$/.exec(part);
    if (name?.[2] === "+") return { ...parameters, [name[1] ?? ""]: decoded(rest) };
    if (name !== null) parameters[name[1] ?? ""] = decoded([segment]);
    else if (segment !== part) return undefined;
  }
  return pattern.length === segments.length ? parameters : undefined;
};

/** Ranks resources as API Gateway does: a literal segment before a parameter, a parameter before a greedy one. */
const rank = (resource: string): string =>
  segmentsOf(resource)
    .map((part) => (part.endsWith("+}") ? "2" : part.startsWith("{") ? "1" : "0"))
    .join("");

/** Finds the resource and method for a path without the stage; a trailing slash makes no difference. */
export const matchRoute = <Integration>(
  routes: readonly RouteTarget<Integration>[],
  request: { readonly method: string; readonly path: string },
): RouteMatch<Integration> | undefined => {
  const segments = segmentsOf(request.path);
  const candidates = routes
    .flatMap((route) => {
      const pathParameters = matchSegments(segmentsOf(route.resource), segments);
      return pathParameters === undefined ? [] : [{ route, pathParameters }];
    })
    .toSorted((left, right) => (rank(left.route.resource) < rank(right.route.resource) ? -1 : 1));
  const [best] = candidates;
  const integration = best?.route.methods.get(request.method) ?? best?.route.methods.get("ANY");
  if (best === undefined || integration === undefined) return undefined;
  return { resource: best.route.resource, integration, pathParameters: best.pathParameters };
};
