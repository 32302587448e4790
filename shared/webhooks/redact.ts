import { type DeliverySettings, isOpenTokenField, type JsonValue } from "./settings.ts";

const mask = "****";
/** Shorter values would be found in any text by chance. */
const minCharacters = 4;

/** Takes the secrets out of a text or of headers that a target sent: some answer with what they were sent. */
export interface Redactor {
  readonly text: (text: string) => string;
  readonly headers: (headers: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
}

/** A redactor for the secrets of delivery settings, and for the access token that was got with them. */
export const redactorOf = (settings: DeliverySettings, accessToken?: string): Redactor => {
  const secrets = [...secretsOf(settings), ...(accessToken === undefined ? [] : [accessToken])];
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter((form) => form.length >= minCharacters)
    .toSorted((a, b) => b.length - a.length);
  const text = (shown: string): string =>
    forms.length === 0
      ? shown
      : maskCutOff(
          forms.reduce((left, form) => left.replaceAll(form, mask), shown),
          forms,
        );
  return {
    text,
    headers: (shown) => Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, text(value)])),
  };
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
const formsOf = (secret: string): readonly string[] => {
  const inJson = insideJson(secret);
  const inForm = new URLSearchParams({ "": secret }).toString().slice(1);
  const inBase64 = base64(secret).replace(/=+$/, "");
  return [secret, inJson, insideJson(inJson), encodeURIComponent(secret), inForm, inBase64];
};

const insideJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** A text that was cut off may end within a secret. */
const maskCutOff = (text: string, forms: readonly string[]): string => {
  const cutOff = Math.max(...forms.map((form) => overlap(text, form)));
  return cutOff < minCharacters ? text : `${text.slice(0, -cutOff)}${mask}`;
};

/** Characters at the end of a text with which a form begins. */
const overlap = (text: string, form: string): number => {
  for (let length = Math.min(form.length - 1, text.length); length >= minCharacters; length -= 1) {
    if (text.endsWith(form.slice(0, length))) return length;
  }
  return 0;
};
