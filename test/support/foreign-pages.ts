import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An origin that is not the API's. */
export interface ForeignPages {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Serves a page of any HTML: what {@link foreignPage} has put into its address. */
export const serveForeignPages = async (host: string): Promise<ForeignPages> => {
  const server = createServer(({ url = "" }, response) => {
    response.setHeader("content-type", "text/html");
    const html = decodeURIComponent(new URL(url, "http://any").search.slice(1));
    response.end(`<!doctype html><meta charset="utf-8"><title>foreign</title>${html}`);
  });
  server.listen(0, host);
  await once(server, "listening");
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
};

/** Address of a page of some HTML at such an origin. */
export const foreignPage = (origin: string, html: string): string => `${origin}/?${encodeURIComponent(html)}`;
