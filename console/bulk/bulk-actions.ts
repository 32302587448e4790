import { changedText, deleteAsChosen } from "#shared/bulk/as-chosen.ts";
import { apiErrors } from "#shared/contract/api/errors.ts";
import { ApiError } from "../api/api-error.ts";
import { callApi } from "../api/client.ts";
import { type BulkAction, faultOf } from "./bulk-failures.ts";
import type { BulkSubject } from "./bulk-subject.ts";

/** A new signing secret, which the API shows this once; or nothing. */
type Outcome = { readonly secret: string } | undefined;

export const bulkTexts: Readonly<
  Record<BulkAction, { readonly now: string; readonly going: string; readonly done: string; readonly not: string }>
> = {
  pause: { now: "Pause", going: "Pausing", done: "paused", not: "not paused" },
  resume: { now: "Resume", going: "Resuming", done: "resumed", not: "not resumed" },
  test: { now: "Test", going: "Testing", done: "took the test POST", not: "did not take the test POST" },
  rotate: {
    now: "Rotate secret",
    going: "Rotating the secrets of",
    done: "got a new secret",
    not: "got no new secret",
  },
  recover: {
    now: "Recover",
    going: "Starting to recover",
    done: "began to recover",
    not: "did not begin to recover",
  },
  delete: { now: "Delete", going: "Deleting", done: "deleted", not: "not deleted" },
};

interface PerformOptions {
  /** How long old signing secrets go on signing beside the new ones. */
  readonly overlapHours: number;
}

/** Does it to one webhook. */
export const performBulk = async (
  action: BulkAction,
  subject: BulkSubject,
  { overlapHours }: PerformOptions,
): Promise<Outcome> => {
  const { id, until } = subject;
  const parameters = { id };
  switch (action) {
    case "pause":
    case "resume":
      await callApi("PUT /v1/webhooks/{id}", { parameters, body: { active: action === "resume" } });
      return undefined;
    case "test":
      await callApi("POST /v1/webhooks/{id}/validate", { parameters });
      return undefined;
    case "rotate": {
      const body = { overlap_hours: overlapHours };
      const { signing_secret: secret = "" } = await callApi("POST /v1/webhooks/{id}/rotate-secret", {
        parameters,
        body,
      });
      return { secret };
    }
    case "recover":
      await callApi("POST /v1/webhooks/{id}/replay", { parameters, body: { only: "expired", to: until } });
      return undefined;
    case "delete": {
      const ended = await deleteAsChosen(subject, {
        read: () => callApi("GET /v1/webhooks/{id}", { parameters }),
        remove: (etag) => callApi("DELETE /v1/webhooks/{id}", { parameters, headers: { "if-match": etag } }),
        statusOf: (error) => faultOf(error).status,
      });
      if (ended === "changed") throw changedMeanwhile();
      return undefined;
    }
  }
};

const changedMeanwhile = (): ApiError =>
  new ApiError({
    status: apiErrors.changedMeanwhile.status,
    problems: [{ message: changedText, fix: "Look at it, and choose it again to delete it." }],
  });
