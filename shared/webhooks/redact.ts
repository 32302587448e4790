import { type DeliverySettings, isOpenTokenField, type JsonValue } from "./settings.ts";

const mask = "****";
/** Shorter values would be found in any text by chance. */
const minCharacters = 4;
/** With more to look for than this, nothing of a text is shown: an attempt must not wait for the search. */
const maxSecrets = 100;
const maxSecretCharacters = 32_000;

/** Takes the secrets out of a text or of headers that a target sent: some answer with what they were sent. */
export interface Redactor {
  readonly text: (text: string) => string;
  readonly headers: (headers: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
}

/**
 * A redactor for the secrets of delivery settings, and for the access token that was got with them. It is used after a POST,
 * which would be made again if it failed: it takes whatever is stored, and its work is bounded.
 */
export const redactorOf = (settings: DeliverySettings, accessToken?: string): Redactor => {
  const secrets = [...secretsOf(settings), ...(accessToken === undefined ? [] : [accessToken])];
  const characters = secrets.reduce((sum, { length }) => sum + length, 0);
  const isTooMuch = secrets.length > maxSecrets || characters > maxSecretCharacters;
  const text = isTooMuch ? hideAll : maskForms([...new Set(secrets.flatMap(formsOf))]);
  return {
    text,
    headers: (shown) => Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, text(value)])),
  };
};

const hideAll: Redactor["text"] = (shown) => (shown === "" ? "" : mask);

const maskForms = (all: readonly string[]): Redactor["text"] => {
  const forms = all.filter(({ length }) => length >= minCharacters).toSorted((a, b) => b.length - a.length);
  return (shown) =>
    maskCutOff(
      forms.reduce((left, form) => left.replaceAll(form, mask), shown),
      forms,
    );
};

const secretsOf = ({ authToken, auth, customHeaders, signing }: DeliverySettings): readonly string[] => {
  const common = [authToken, ...Object.values(customHeaders)];
  const signatures = signing === undefined ? [] : [signing, ...signing.rotated].map(({ secret }) => secret);
  switch (auth.type) {
    case "none":
      return [...common, ...signatures];
    case "basic":
      return [...common, ...signatures, auth.password, base64(`${auth.username}:${auth.password}`)];
    case "oauth2": {
      const fields = Object.entries(auth.body).filter(([name]) => !isOpenTokenField(name));
      const values = fields.flatMap(([, value]) => stringsIn(value));
      return [...common, ...signatures, ...values, ...Object.values(auth.headers)];
    }
  }
};

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const stringsIn = (value: JsonValue): readonly string[] => {
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.values(value).flatMap((item: JsonValue) => stringsIn(item));
};

/** A secret as it is, and as it looks in JSON, in JSON within JSON, in a URL or form, and in base64. */
const formsOf = (stored: string): readonly string[] => {
  // What a target sends is decoded from UTF-8, and has no half of a surrogate pair.
  const secret = stored.toWellFormed();
  const inJson = insideJson(secret);
  const inForm = new URLSearchParams({ "": secret }).toString().slice(1);
  const inBase64 = base64(secret).replace(/=+$/, "");
  return [secret, inJson, insideJson(inJson), encodeURIComponent(secret), inForm, inBase64];
};

const insideJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** A text that was cut off may end within a secret. */
const maskCutOff = (text: string, forms: readonly string[]): string => {
  const cutOff = forms.reduce((longest, form) => Math.max(longest, overlap(text, form)), 0);
  return cutOff < minCharacters ? text : `${text.slice(0, -cutOff)}${mask}`;
};

/** Characters at the end of a text with which a form begins: Knuth, Morris and Pratt's search, whose time is linear. */
const overlap = (text: string, form: string): number => {
  if (text.length < minCharacters) return 0;
  const end = text.slice(-(form.length - 1));
  /** For each prefix of the form: how much of its end the form begins with, too. */
  const borders = new Uint32Array(form.length);
  const extend = (matched: number, next: string | undefined): number => {
    let length = matched;
    while (length > 0 && form[length] !== next) length = borders[length - 1] ?? 0;
    return form[length] === next ? length + 1 : 0;
  };
  for (let at = 1; at < form.length; at += 1) borders[at] = extend(borders[at - 1] ?? 0, form[at]);
  let matched = 0;
  for (let at = 0; at < end.length; at += 1) matched = extend(matched, end[at]);
  return matched;
};
