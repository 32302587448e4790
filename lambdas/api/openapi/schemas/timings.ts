import * as z from "zod";
import { count } from "./common.ts";

const phase = (description: string) => count(`Milliseconds: ${description}`).exactOptional();

/** Milliseconds of a POST's phases. */
export const timings = z
  .object({
    dns_ms: phase("looking up the target's name; absent, as are the next two, on a connection that was kept open."),
    connect_ms: phase("connecting by TCP."),
    tls_ms: phase("the TLS handshake."),
    upload_ms: phase("sending the body."),
    wait_ms: phase("from the end of the upload to the answer: what the limit of six seconds judges."),
    total_ms: count("Milliseconds: the whole exchange."),
  })
  .meta({ id: "Timings", description: "Milliseconds of the phases that were reached." });
