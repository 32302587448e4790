import { expect, it } from "vitest";
import { mixHappenings } from "../../../local/generator/mix.ts";
import { createRandom } from "../../../local/generator/random.ts";
import { sesDocument, sesEventKeys } from "../../../local/generator/ses-document.ts";
import { messageIdPrefixOf, startSesGenerator } from "../../../local/generator/start-ses-generator.ts";
import { fieldsOf } from "./mapping.ts";

it("every generated document becomes the event that it was made from", () => {
  const random = createRandom(7);
  for (const mix of ["steady", "bounce-storm"] as const) {
    const happenings = mixHappenings(
      mix,
      { seed: 7, count: 500, startedAt: 1_772_442_895_000, keys: sesEventKeys },
      random,
    );
    for (const happening of happenings) {
      const document: unknown = JSON.parse(JSON.stringify(sesDocument({ happening, idPrefix: "01-", random })));
      const { address, campaign, messageId } = happening.message;
      expect(fieldsOf(document)).toMatchObject({
        type: happening.key,
        message_id: `01-${messageId}-000000`,
        raw_rcpt_to: address,
        campaign_id: campaign.id,
      });
    }
    const keys = new Set(happenings.map(({ key }) => key));
    if (mix === "steady") expect([...keys].toSorted()).toEqual(sesEventKeys.toSorted());
  }
});

it("a generator counts what it sent, what was taken and what arrived, and sends nothing twice", async () => {
  const sent: string[] = [];
  const problems: string[] = [];
  let isRefusing = false;
  const generator = startSesGenerator({
    rate: 2_000,
    mix: "campaign",
    seed: 3,
    maxPerRequest: 10,
    onProblem: (text) => void problems.push(text),
    send: async (documents) => {
      if (isRefusing) return { kind: "unanswered", text: "no route" };
      sent.push(...documents);
      isRefusing = sent.length > 1_200;
      return await Promise.resolve({ kind: "taken", events: documents.length, refused: 0 });
    },
  });
  while (problems.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await generator.stop();
  const before = generator.ledger.account();
  expect(before).toMatchObject({ accepted: sent.length, refused: 0, delivered: 0, missing: sent.length });
  expect(before.sent).toBe(sent.length + before.unanswered);
  // Requests that were under way may still be taken between those that are not; then it is told again.
  expect(new Set(problems)).toEqual(new Set(["Documents could not be sent: no route"]));
  const events = sent.map((text) => fieldsOf(JSON.parse(text)));
  expect(new Set(events.map((fields) => fields["event_id"])).size).toBe(sent.length);
  for (const fields of events) {
    expect(String(fields["message_id"]).startsWith(messageIdPrefixOf(3))).toBe(true);
    expect(Number(fields["timestamp"]) * 1_000).toBeLessThanOrEqual(Date.now());
  }
  generator.ledger.arrived([...events.map((fields) => String(fields["event_id"])), String(events[0]?.["event_id"])], 0);
  expect(generator.ledger.account()).toMatchObject({ delivered: sent.length, duplicates: 1, missing: 0 });
});
