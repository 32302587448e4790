const whole = new Intl.NumberFormat("en-GB");
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** A count with its thousands separated: `1,904,221`. */
export const count = (value: number): string => whole.format(value);

/** A count where space is short: `1.9M`. */
export const shortCount = (value: number): string => (value < 10_000 ? whole.format(value) : short.format(value));

/** A count with its noun: `1 batch`, `312 batches`. */
export const counted = (value: number, singular: string, plural = `${singular}s`): string =>
  `${count(value)} ${value === 1 ? singular : plural}`;

const tenths = (value: number): string => value.toFixed(1).replace(/\.0$/, "");

/** Bytes as people read them, in steps of 1,024: `2.8 MB`. */
export const bytes = (value: number): string => {
  if (value < 1_024) return `${value} B`;
  const kilobytes = value / 1_024;
  return kilobytes < 1_024 ? `${tenths(kilobytes)} KB` : `${tenths(kilobytes / 1_024)} MB`;
};
