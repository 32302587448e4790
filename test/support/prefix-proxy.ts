import { once } from "node:events";
import { createServer, request as callUpstream } from "node:http";
import type { AddressInfo } from "node:net";

/** A reverse proxy that serves a local system below another path. */
export interface PrefixProxy {
  /** Address of what the system serves at `/api`. */
  readonly url: string;
  /** Paths that were asked for outside of that. */
  readonly strayed: readonly string[];
  readonly close: () => Promise<void>;
}

/** Puts a proxy before a system, as a custom domain's base path or a company's gateway does: `/api` is found at `path`. */
export const startPrefixProxy = async (upstream: string, path: string): Promise<PrefixProxy> => {
  const { hostname, port } = new URL(upstream);
  const strayed: string[] = [];
  const server = createServer((request, response) => {
    const wanted = request.url ?? "/";
    if (!wanted.startsWith(`${path}/`)) {
      strayed.push(wanted);
      response.writeHead(404).end();
      return;
    }
    const passed = callUpstream(
      {
        hostname,
        port,
        path: `/api${wanted.slice(path.length)}`,
        method: request.method,
        headers: { ...request.headers, host: `${hostname}:${port}` },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}${path}`,
    strayed,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
