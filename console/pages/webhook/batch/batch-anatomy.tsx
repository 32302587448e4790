import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { shortId } from "#shared/text/ids.ts";
import { bytes, count, counted } from "#shared/text/numbers.ts";
import { useWindowSeconds } from "../../../api/queries.ts";
import { hrefOf } from "../../../hash-location.ts";
import { batchPath } from "../webhook-tabs.ts";
import { ageShare, closedText, typeParts } from "./anatomy.ts";

interface BatchAnatomyProps {
  readonly batch: BatchWithAttempts;
}

const width = 600;
const barHeight = 16;

/** What a batch is made of, how full it is, and what closed it. */
export const BatchAnatomy = ({ batch }: BatchAnatomyProps) => {
  const parts = typeParts(batch.event_types ?? {});
  const age = ageShare(batch, useWindowSeconds());
  const most = batch.batch_size;
  return (
    <section aria-label="What the batch is made of">
      <SpaceBetween size="s">
        <Box variant="h3" tagOverride="h2" padding="n">
          {`${counted(batch.events, "event")}, ${bytes(batch.bytes)}`}
        </Box>
        {parts.length > 0 && <TypeMix parts={parts} />}
        <div className="meters">
          {most !== undefined && (
            <Meter
              label="Fill"
              share={batch.events / Math.max(1, most)}
              text={`${count(batch.events)} of ${counted(most, "event")}`}
            />
          )}
          {age !== undefined && (
            <Meter
              label="Age"
              share={age}
              text={age === 1 ? "whole window" : `${Math.round(age * 100)} % of the window`}
            />
          )}
        </div>
        <div>{closedText(batch)}</div>
        <Relatives batch={batch} />
      </SpaceBetween>
    </section>
  );
};

interface TypeMixProps {
  readonly parts: ReturnType<typeof typeParts>;
}

const TypeMix = ({ parts }: TypeMixProps) => {
  const all = parts.reduce((sum, { events }) => sum + events, 0);
  const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, { events }) => sum + events, 0));
  return (
    <figure className="timing">
      <svg viewBox={`0 0 ${width} ${barHeight}`} preserveAspectRatio="none" aria-hidden="true" className="type-mix">
        {parts.map(({ label, events }, index) => (
          <rect
            key={label}
            className={`part part-${index}`}
            x={((starts[index] ?? 0) / all) * width}
            width={Math.max(1, (events / all) * width - 1)}
            height={barHeight}
          />
        ))}
      </svg>
      <figcaption>
        <ul className="legend">
          {parts.map(({ label, events }, index) => (
            <li key={label}>
              <span className={`swatch part-${index}`} />
              {`${label} ${count(events)}`}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
};

interface MeterProps {
  readonly label: string;
  readonly share: number;
  readonly text: string;
}

const Meter = ({ label, share, text }: MeterProps) => (
  <div className="meter">
    <span className="strong">{label}</span>
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect className="track" width="100" height="6" />
      <rect className="plain" width={Math.max(1, Math.min(1, share) * 100)} height="6" />
    </svg>
    <span className="tabular">{text}</span>
  </div>
);

const Relatives = ({ batch }: BatchAnatomyProps) => {
  const link = (id: string) => (
    <Link key={id} href={hrefOf(batchPath(batch.webhook_id, id))}>
      {shortId(id)}
    </Link>
  );
  return (
    <>
      {batch.split_from !== undefined && <div>A half of batch {link(batch.split_from)}.</div>}
      {batch.split_into !== undefined && (
        <div>
          The target found it too large. Its events went into{" "}
          {batch.split_into.flatMap((id, index) => (index === 0 ? [link(id)] : [" and ", link(id)]))}.
        </div>
      )}
      {batch.replay_id !== undefined && <div>{`Sent by replay ${shortId(batch.replay_id)}.`}</div>}
    </>
  );
};
