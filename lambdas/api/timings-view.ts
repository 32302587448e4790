import type { OutboundTimings } from "#shared/domain/target-answer.ts";

/** The phases of a POST as the API shows them. */
export const timingsView = ({ dnsMs, connectMs, tlsMs, uploadMs, waitMs, totalMs }: OutboundTimings) => ({
  dns_ms: dnsMs,
  connect_ms: connectMs,
  tls_ms: tlsMs,
  upload_ms: uploadMs,
  wait_ms: waitMs,
  total_ms: totalMs,
});
