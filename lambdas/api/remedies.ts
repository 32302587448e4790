import type { FailureReason } from "#shared/contract/words.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** What a failure usually means, and what to do about it. Sentences for a webhook's owner. */
interface Remedy {
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
  dns_timeout: {
    likely: "The name servers of the target's domain do not answer.",
    fix: "Check that the domain's name servers are up and can be reached from everywhere.",
  },
  connect_timeout: {
    likely: "A firewall drops the connection, or the host is down.",
    fix: "Open the target's port to the sender's addresses and check that the host is up.",
  },
  connect_failed: {
    likely: "Nothing listens on the target's port.",
    fix: "Check the port, and that the receiver runs.",
  },
  tls_expired: {
    likely: "The target's certificate has expired, or is not valid yet.",
    fix: "Renew the certificate, and check that the server uses the new one.",
  },
  tls_name_mismatch: {
    likely: "The target's certificate is for other host names.",
    fix: "Use a host name that the certificate covers, or serve a certificate for the target's.",
  },
  tls_untrusted: {
    likely: "The certificate is self-signed, or comes without its intermediate certificates.",
    fix: "Serve the full chain of a certificate from a public certificate authority.",
  },
  tls_failed: {
    likely: "What answers on this port does not speak TLS, or only an outdated version of it.",
    fix: "Check the port and the scheme, and that the server speaks TLS 1.2 or later.",
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
  auth_rejected: {
    likely: "The receiver does not accept the token, user or header that it was sent.",
    fix: "Compare auth_token, auth_credentials and custom_headers with what the receiver expects.",
  },
  http_413: {
    likely: "The body is larger than the receiver, or a proxy before it, takes.",
    fix: "Raise their limit, or lower the webhook's max_batch_bytes; the batch is split until it fits.",
  },
  http_429: {
    likely: "The receiver asks to slow down.",
    fix: "Raise the receiver's limit, or answer with Retry-After, which is honoured up to 15 minutes.",
  },
  http_4xx: {
    likely: "The receiver, or a proxy before it, refuses the request.",
    fix: "Look up the status and the answer's text in the receiver's log.",
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

const noRoute: Remedy = {
  likely: "The target's host has IPv6 addresses only, which functions of AWS Lambda cannot reach.",
  fix: "Give the host an IPv4 address: an A record besides its AAAA record.",
};

/** Error codes that say more than their reason. */
const remediesByCode: Readonly<Record<string, Remedy>> = {
  // What connecting to an IPv6 address ends with where there is no route for it, or no IPv6 at all.
  EAFNOSUPPORT: noRoute,
  ENETUNREACH: noRoute,
  HPE_HEADER_OVERFLOW: {
    likely: "The receiver answers with more than 64 KB of headers, as when each request adds a cookie.",
    fix: "Answer with fewer headers: only the status counts.",
  },
};

/** Statuses that say more than their class. */
const remediesByStatus: Readonly<Record<number, Remedy>> = {
  304: {
    likely: "A cache answers before the receiver, which a POST must reach.",
    fix: "Exclude the target's path from caching, and do not send 304 to a POST.",
  },
  400: {
    likely:
      "The receiver does not understand the body, which is a JSON array of events; in a test POST, of one empty event.",
    fix: "Accept the array, ignore event types and fields that are not known, and log what is refused.",
  },
  401: {
    likely: "The receiver does not accept the token, user or header that it was sent, or not the signature.",
    fix: "Compare auth_token, auth_credentials, custom_headers and the signing secret with what the receiver expects.",
  },
  404: {
    likely: "The path is wrong, or nothing takes POSTs there.",
    fix: "Check the target's path.",
  },
  405: {
    likely: "The path exists, but does not take POST.",
    fix: "Let the route take POST, or register the path that does.",
  },
  406: {
    likely: "The receiver wants to choose what it answers by an Accept header, which is not sent.",
    fix: "Answer whatever the Accept header is: only the status counts.",
  },
  407: {
    likely: "A proxy before the receiver wants credentials of its own.",
    fix: "Use a target that can be reached without the proxy.",
  },
  408: {
    likely: "The receiver, or a proxy before it, waited too long for the body.",
    fix: "Raise its time limit for reading a body, or lower the webhook's max_batch_bytes.",
  },
  410: {
    likely: "The receiver says that this address is gone for good.",
    fix: "Register its new URL, or delete the webhook.",
  },
  411: {
    likely: "A proxy before the receiver has removed the Content-Length that is sent.",
    fix: "Have the proxy pass it on.",
  },
  414: {
    likely: "The target's URL is longer than the receiver takes.",
    fix: "Register a shorter URL.",
  },
  415: {
    likely: "The receiver does not take this type or compression of body.",
    fix: "Accept application/json, and the webhook's compression or set it to none.",
  },
  422: {
    likely: "The receiver reads the body and refuses what is in it.",
    fix: "Accept event types and fields that are not known; Tidepost halves a refused batch until an event that stays refused is alone.",
  },
  431: {
    likely: "The headers are larger than the receiver takes.",
    fix: "Raise its limit, or send fewer custom_headers.",
  },
  503: {
    likely: "The receiver is overloaded or under maintenance.",
    fix: "Bring it back; Retry-After in its answer is honoured up to 15 minutes.",
  },
  504: {
    likely: "A proxy before the receiver gave up waiting for it.",
    fix: "Answer 2xx first and process afterwards, or lower the webhook's batch_size.",
  },
};

const maxQuotedCharacters = 200;

/** What the target says of itself, if it is a text for people: that comes before what a status usually means. */
const quoted = (excerpt: string): string => {
  const text = excerpt.replaceAll(/\s+/g, " ").trim();
  if (text === "" || text.startsWith("<")) return "";
  const shown = beginningOf(text, maxQuotedCharacters);
  return `The target answered “${shown}${shown === text ? "" : "…"}”. `;
};

/** An answer outside 2xx, or the error in its place. The excerpt must be without secrets. */
interface Refusal {
  readonly errorCode?: string | undefined;
  readonly status?: number | undefined;
  readonly excerpt?: string | undefined;
}

/** The remedy for a failure: the one table that API, console and command line show. */
export const remedyFor = (reason: FailureReason, { errorCode = "", status, excerpt = "" }: Refusal = {}): Remedy => {
  if (status === undefined) return remediesByCode[errorCode] ?? remedies[reason];
  const { likely, fix } = remediesByStatus[status] ?? remedies[reason];
  return { likely: `${quoted(excerpt)}${likely}`, fix };
};
