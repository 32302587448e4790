import type { ProbeStage, FailureReason } from "#shared/contract/words.ts";
import type { TargetAnswer } from "#shared/delivery/outbound.ts";

/** Reasons that belong to one stage; the others come with an answer. */
const stages: Readonly<Partial<Record<FailureReason, ProbeStage>>> = {
  invalid_target: "resolve",
  address_refused: "resolve",
  dns_failed: "resolve",
  dns_timeout: "resolve",
  connect_timeout: "connect",
  connect_failed: "connect",
  tls_expired: "tls",
  tls_name_mismatch: "tls",
  tls_untrusted: "tls",
  tls_failed: "tls",
  upload_timeout: "upload",
  response_timeout: "wait",
};

/** The stage at which a test POST ended. */
export const probeStage = (answer: TargetAnswer): ProbeStage => {
  if (answer.kind === "answered") return "response";
  const stage = stages[answer.reason];
  if (stage !== undefined) return stage;
  if (answer.isUploaded) return "wait";
  return answer.timings.uploadMs === undefined ? "connect" : "upload";
};
