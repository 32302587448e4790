import { type OperationKey, answers } from "#shared/contract/api/answers.ts";
import { readable } from "#shared/contract/api/read-answer.ts";

/** Checks that an answer is what the contract says of its operation; throws with the fields that are not. */
export const parseAnswer = (operation: OperationKey, json: unknown): unknown =>
  readable(answers[operation]).parse(json);
