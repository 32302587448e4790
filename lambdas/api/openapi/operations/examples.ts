/** Values that the documentation shows: one small story of one webhook. */
export const webhookId = "5b0f6c10-3c1d-4aee-9a2f-0242ac120002";
export const batchId = "9d0c4d0e-6a5b-5c3f-8f0e-2b1a7c9d4e11";
const keyId = "c1a5b7de-0f2e-4f6b-9a51-6d2f0c9b8e77";
const base = "https://tidepost.example.com/api/v1";
export const target = "https://in.example.net/hook";

const webhookLink = { href: `${base}/webhooks/${webhookId}`, rel: "urn.msys.webhooks.webhook", method: ["GET", "PUT"] };
const validateLink = {
  href: `${base}/webhooks/${webhookId}/validate`,
  rel: "urn.msys.webhooks.validate",
  method: ["POST"],
};
const batchesLink = {
  href: `${base}/webhooks/${webhookId}/batch-status`,
  rel: "urn.msys.webhooks.batches",
  method: ["GET"],
};

export const newWebhook = {
  name: "warehouse feed",
  target,
  events: ["delivery", "bounce"],
  auth_token: "a-long-shared-secret",
  custom_headers: { "X-Team": "mail" },
};
export const webhookChange = { events: ["delivery", "bounce", "spam_complaint"], active: true };
export const probe = { target, auth_token: "a-long-shared-secret" };

export const filterTest = {
  filter: { field: "campaign_id", eq: "spring" },
  fields: { include: ["campaign_id"] },
  events: [
    { msys: { message_event: { type: "bounce", campaign_id: "spring", rcpt_to: "ann@example.com" } } },
    { msys: { message_event: { type: "bounce", campaign_id: "autumn", rcpt_to: "ann@example.com" } } },
  ],
};
export const filterTestResult = {
  events: 2,
  matched: 1,
  first: [{ msys: { message_event: { type: "bounce", campaign_id: "spring" } } }],
};

const webhook = {
  id: webhookId,
  name: "warehouse feed",
  target,
  events: ["delivery", "bounce"],
  events_mode: "selected",
  filter: {
    and: [
      { field: "campaign_id", eq: "spring" },
      { field: "bounce_class", in: [10, 30, 90] },
    ],
  },
  fields: { exclude: ["rcpt_meta"] },
  mask: ["rcpt_to", "raw_rcpt_to"],
  auth_type: "none",
  auth_request_details: {},
  auth_credentials: {},
  auth_token: "****cret",
  custom_headers: { "X-Team": "****" },
  signing: false,
  compression: "none",
  active: true,
  active_at: "2026-01-01T09:01:00.000Z",
  created_at: "2026-01-01T09:00:00.000Z",
  updated_at: "2026-01-01T09:00:00.000Z",
  etag: '"1"',
  batch_size: 10_000,
  max_batch_bytes: 10_485_760,
  keep_bodies_days: 0,
  last_successful: "2026-01-02T03:04:07+00:00",
};
export const listedWebhook = { ...webhook, links: [webhookLink] };
export const readWebhook = { ...webhook, links: [validateLink, batchesLink] };
export const createdWebhook = { id: webhookId, links: [webhookLink] };
export const changedWebhook = { id: webhookId, links: [validateLink] };

export const changes = [
  {
    at: "2026-01-02T03:04:05.000Z",
    action: "updated",
    revision: 2,
    key_id: keyId,
    key_label: "marketing",
    fields: [
      { field: "events", kind: "changed", from: ["delivery", "bounce"], to: ["delivery", "bounce", "spam_complaint"] },
      { field: "auth_token", kind: "changed" },
    ],
  },
  { at: "2026-01-01T09:00:00.000Z", action: "created", revision: 1, key_id: keyId, key_label: "marketing", fields: [] },
];
export const cursorOfChanges = "NWIwZjZjMTAtM2MxZC00YWVlLTlhMmYtMDI0MmFjMTIwMDAyIzIwMjYtMDEtMDFUMDk6MDA6MDAuMDAwWiMx";

export const rotatedSecret = {
  id: webhookId,
  signing_secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwqJ8rHeAHJAE=",
  old_secrets_end: "2026-01-03T03:04:05.000Z",
  links: [validateLink],
};

const response = { status: 200, headers: { "content-type": "text/plain" }, body: "OK" };
export const validation = { msg: "Test POST to endpoint succeeded", response };
export const probeResult = {
  ok: true,
  stage: "response",
  latency_ms: 84,
  limit_ms: 6_000,
  tls: { valid_to: "2026-04-02T00:00:00.000Z", days_left: 90 },
  request: {
    method: "POST",
    url: target,
    headers: { "Content-Type": "application/json", "X-MessageSystems-Webhook-Token": "****cret" },
    body: '[{"msys":{}}]',
  },
  response: { ...response, truncated: false },
  timings: { dns_ms: 4, connect_ms: 12, tls_ms: 25, upload_ms: 1, wait_ms: 42, total_ms: 84 },
};

export const importFile = [{ name: "warehouse feed", events: ["delivery", "bounce"], target }];
export const importResult = {
  applied: true,
  entries: 1,
  registered: 0,
  plan: [
    {
      action: "add",
      entry: 0,
      name: "warehouse feed",
      target,
      events: ["delivery", "bounce"],
      auth_token: "",
      custom_headers: {},
      outcome: "applied",
      id: webhookId,
    },
  ],
};

export const caller = {
  customer_id: "1",
  key: { id: keyId, label: "mail servers", short_key: "3f9a" },
  grants: ["ingest/write"],
  version: "0.1.0",
  server_time: "2026-01-02T03:04:05.000Z",
};

export const event = {
  msys: {
    message_event: {
      type: "delivery",
      event_id: "84320004715329758",
      timestamp: "1767323045",
      rcpt_to: "ann@example.net",
    },
  },
};
const field = { description: "What happened.", sampleValue: "delivery" };
export const documentation = {
  message_event: {
    display_name: "Message Events",
    description: "The life of a message.",
    events: { delivery: { display_name: "Delivery", description: "The message was taken.", event: { type: field } } },
  },
};
export const ingestDocumentation = { type: { ...field, required: true, reporting: true } };
export const sesDocument = {
  eventType: "Delivery",
  mail: {
    timestamp: "2026-03-02T09:14:55.120Z",
    messageId: "0101019a3f2c7d10-5b1e7c52-8c1f-4f0b-9d43-6f2a1be0c7aa-000000",
    source: "news@example.net",
    destination: ["ann@example.org"],
    tags: { "ses:configuration-set": ["marketing"], campaign_id: ["spring-sale"] },
  },
  delivery: {
    timestamp: "2026-03-02T09:14:57.731Z",
    processingTimeMillis: 2611,
    recipients: ["ann@example.org"],
    smtpResponse: "250 2.0.0 OK",
    reportingMTA: "a8-70.smtp-out.amazonses.com",
  },
};

export const ingestResult = {
  id: "b6a1f3c2-7d44-4b1e-9c55-0f6e2d1a8b90",
  accepted: 498,
  rejected: 1,
  errors: [{ line: 17, message: "not valid JSON: Unexpected end of JSON input" }],
};

export const newApiKey = { label: "mail servers", grants: ["ingest/write"] };
export const apiKeyChange = { label: "mail servers, Dublin" };
export const apiKey = {
  id: keyId,
  label: "mail servers",
  short_key: "3f9a",
  grants: ["ingest/write"],
  created_at: "2026-01-02T03:04:05.000Z",
};
export const issuedApiKey = {
  ...apiKey,
  key: `3f9a${"0".repeat(60)}`,
  link: { href: `${base}/api-keys/${keyId}` },
};

const portalLinkId = "e7a1c2d3-52f0-4c8e-8d0b-1f6a9b7c4e21";
const forSubaccount = { label: "Ann at customer 2", grants: ["webhooks/view"], subaccount_id: 2 };
export const newPortalLink = { ...forSubaccount, open_within_seconds: 600 };
export const portalLink = {
  id: portalLinkId,
  ...forSubaccount,
  state: "unopened",
  created_at: "2026-01-02T03:04:05.000Z",
  key_id: keyId,
  open_until: "2026-01-02T03:14:05.000Z",
  session_seconds: 14_400,
};
export const portalToken = { token: `${portalLinkId}.${"A".repeat(43)}` };
export const issuedPortalLink = {
  ...portalLink,
  url: `${base.replace(/\/v1$/, "")}/console/#portal=${portalToken.token}`,
};
export const portalSession = {
  id: portalLinkId,
  ...forSubaccount,
  customer_id: "1",
  ends_at: "2026-01-02T07:06:05.000Z",
  version: "0.1.0",
  server_time: "2026-01-02T03:06:05.000Z",
  batch_window_seconds: 30,
};
