import * as z from "zod";
import { targetResponse } from "./common.ts";
import { failureReason } from "./errors.ts";
import { ingestFailure } from "./ingest.ts";

const error = z
  .object({
    message: z.string().meta({ description: "What is wrong, in one sentence." }),
    description: z.string().exactOptional().meta({ description: "What was sent, what is accepted, or what it means." }),
    code: z
      .union([z.string(), z.int()])
      .exactOptional()
      .meta({ description: "Error code: a string, but for the number 400 of a failed token request." }),
    reason: failureReason.exactOptional(),
    fix: z.string().exactOptional().meta({ description: "What to do about it." }),
    request: z.unknown().optional().meta({ description: "The request that failed, where that helps." }),
    response: targetResponse.exactOptional(),
    ingest: ingestFailure.exactOptional(),
  })
  .meta({ id: "Error", description: "One problem." });

/** Body of every error. */
export const errorAnswer = z
  .object({ errors: z.array(error).min(1).meta({ description: "One entry for each problem found." }) })
  .meta({ id: "ErrorAnswer", description: "Body of every answer with a status from 400." });

/** Entry of the list of errors, where an answer reports errors of its parts. */
export const errorBody = error;
