import { beginningOf } from "./cut.ts";

type Value = string | number | boolean | readonly (string | number)[];

/** How one field differs, as the API shows it. */
interface Difference {
  readonly field: string;
  readonly kind: string;
  readonly from?: Value;
  readonly to?: Value;
}

/** A change of a webhook, as the API shows it. */
interface Change {
  readonly key_id?: string;
  readonly portal_link_id?: string | undefined;
  readonly key_label?: string;
  readonly imported?: boolean;
  readonly fields: readonly Difference[];
  readonly omitted_fields?: number;
}

/** What became of a webhook, as it is shown: `secret rotated`. */
export const changeActionText = (action: string): string => action.replaceAll("_", " ");

/** How a text that users have chosen is shown in the middle of another one. */
type Show = (text: string) => string;
const asItIs: Show = (text) => text;

/** Who made a change: the label of the API key, or its id when it had gone. */
export const changeAuthorText = (
  { key_label: label, key_id: id, portal_link_id: link, imported }: Change,
  show = asItIs,
): string =>
  `${label === undefined ? (id ?? link ?? "unknown") : show(label)}${imported === true ? ", by import" : ""}`;

/** What differs after a change, one text for each field: `target: https://a.example → https://b.example`. */
export const differenceTexts = (
  { fields, omitted_fields: omitted }: Change,
  show: Show = asItIs,
): readonly string[] => [
  ...fields.map((difference) => `${difference.field}: ${differenceText(difference, show)}`),
  ...(omitted === undefined ? [] : [`and ${omitted} more`]),
];

const differenceText = ({ kind, from, to }: Difference, show: Show): string => {
  if (isList(from) && isList(to)) return listText(from, to, show);
  if (from !== undefined && to !== undefined) return `${show(valueText(from))} → ${show(valueText(to))}`;
  if (to !== undefined) return `set to ${show(valueText(to))}`;
  return from === undefined ? kind : `removed, was ${show(valueText(from))}`;
};

type List = readonly (string | number)[];
const isList = (value: Value | undefined): value is List => Array.isArray(value);

/** Lists are told by what came and went: a webhook may take thirty types. */
const listText = (from: List, to: List, show: Show): string => {
  const came = to.filter((entry) => !from.includes(entry)).map((entry) => `+${show(String(entry))}`);
  const went = from.filter((entry) => !to.includes(entry)).map((entry) => `-${show(String(entry))}`);
  return came.length + went.length === 0 ? "other order" : [...came, ...went].join(" ");
};

const maxShownCharacters = 120;

const valueText = (value: Value): string => {
  const text = isList(value) ? value.join(", ") : String(value);
  return text.length > maxShownCharacters ? `${beginningOf(text, maxShownCharacters - 1)}…` : text;
};
