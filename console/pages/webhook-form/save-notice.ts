import { counted } from "#shared/text/numbers.ts";
import { needsTestPost } from "#shared/text/test-post.ts";
import type { FormValues } from "./form-values.ts";

/** What saving the form of a stored webhook will do. */
export const saveNotice = (values: FormValues, before: FormValues, queued: number): string => {
  const test = needsTestPost(before, { ...values, target: values.target.trim() })
    ? `Saving sends a test POST to the target, because the ${values.target.trim() === before.target ? "compression" : "target"} changes. Nothing changes unless it answers 2xx.`
    : "Saving sends no test POST, because the target stays the same; send one to be sure.";
  const old =
    queued === 0
      ? "No batches are queued."
      : `${counted(queued, "queued batch keeps", "queued batches keep")} the old target and settings.`;
  return `${test} ${old}`;
};
