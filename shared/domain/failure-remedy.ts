import type { FailureReason } from "./failure-reason.ts";

/** What a failure usually means, and what to do about it. Sentences for a webhook's owner. */
export interface Remedy {
  readonly likely: string;
  readonly fix: string;
}

const remedies: Readonly<Record<FailureReason, Remedy>> = {
  invalid_target: {
    likely: "The target is not a URL that can be called.",
    fix: "Use an absolute http or https URL without user name and password.",
  },
  address_refused: {
    likely: "The target's name leads to a private, local or reserved address.",
    fix: "Use a target on a public address, or ask the operator to allow its range.",
  },
  dns_failed: {
    likely: "The target's host name cannot be resolved.",
    fix: "Check the spelling of the host name and that its DNS record is public.",
  },
  connect_timeout: {
    likely: "A firewall drops the connection, or the host is down.",
    fix: "Open the target's port to the sender's addresses and check that the host is up.",
  },
  connect_failed: {
    likely: "Nothing listens on the target's port.",
    fix: "Check the port, and that the receiver runs.",
  },
  tls_failed: {
    likely: "The certificate is expired, is for another name, or comes without its intermediate certificates.",
    fix: "Serve the full certificate chain for the target's host name.",
  },
  connection_reset: {
    likely: "The receiver, or a proxy before it, closed the connection before it answered.",
    fix: "Look for a crash, a body size limit or an idle time-out at the receiver and its proxies.",
  },
  upload_timeout: {
    likely: "The receiver reads the body too slowly.",
    fix: "Read the whole body at once, or lower the webhook's batch_size.",
  },
  response_timeout: {
    likely: "The receiver processes the batch before it answers.",
    fix: "Answer 2xx first and process afterwards, or lower the webhook's batch_size.",
  },
  invalid_response: {
    likely: "What answers on this port does not speak HTTP/1.1.",
    fix: "Check the port and the scheme: https targets need TLS.",
  },
  http_3xx: {
    likely: "The target redirects; redirects are not followed.",
    fix: "Register the URL that the redirect leads to.",
  },
  http_4xx: {
    likely: "The path is wrong, POST is not allowed there, or the receiver wants other credentials or smaller bodies.",
    fix: "Check the path, the route's methods and the webhook's authentication; for 413 lower batch_size.",
  },
  http_5xx: {
    likely: "The receiver failed, or a proxy could not reach it.",
    fix: "Look into the receiver's log at the time of the attempt.",
  },
  http_other: {
    likely: "The receiver answers with a status outside the HTTP standard.",
    fix: "Answer with a 2xx status.",
  },
  token_failed: {
    likely: "The token endpoint did not give an access token.",
    fix: "Check auth_request_details: url, client id, client secret and content_type.",
  },
};

/** The remedy for a failure. */
export const remedyFor = (reason: FailureReason): Remedy => remedies[reason];
