import type { SQSEvent } from "aws-lambda";
import { mixHappenings } from "../../local/generator/mix.ts";
import { createRandom } from "../../local/generator/random.ts";
import { sesDocument, sesEventKeys } from "../../local/generator/ses-document.ts";
import { sqsEvent } from "../../test/support/lambda-events.ts";

/** Documents of a campaign as Amazon SES writes them, one text each. */
export const sesDocuments = (count: number): readonly string[] => {
  const random = createRandom(1);
  const options = { seed: 1, count: count * 2, startedAt: Date.now(), keys: sesEventKeys };
  const documents = mixHappenings("campaign", options, random).flatMap((happening) => {
    const document = sesDocument({ happening, idPrefix: "0100000000000001-", random });
    return document === undefined ? [] : [JSON.stringify(document)];
  });
  return documents.slice(0, count);
};

/** An invocation's messages. */
export const sesMessages = (documents: readonly string[]): SQSEvent => sqsEvent(documents);
