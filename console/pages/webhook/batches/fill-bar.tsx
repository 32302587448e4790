import { count } from "#shared/text/numbers.ts";

interface FillBarProps {
  readonly events: number;
  /** Events that the batch could have had. */
  readonly most: number;
}

const width = 100;

/** How full a batch was when it closed. */
export const FillBar = ({ events, most }: FillBarProps) => {
  const share = Math.min(1, events / Math.max(1, most));
  const label = `${count(events)} of ${count(most)} events`;
  return (
    <svg className="fill-bar" viewBox={`0 0 ${width} 4`} preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      <rect className="track" width={width} height="4" />
      <rect className="plain" width={Math.max(1, share * width)} height="4" />
    </svg>
  );
};
