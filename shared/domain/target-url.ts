/** Longest target URL, in characters. */
export const maxTargetUrlLength = 2_048;

export type TargetUrl =
  | { readonly kind: "ok"; readonly url: URL }
  | { readonly kind: "invalid"; readonly problem: string };

const invalid = (problem: string): TargetUrl => ({ kind: "invalid", problem });

// The URL parser drops some control characters silently, so that the stored text would not be the URL that is called.
const controlCharacter = /\p{Cc}/u;

/**
 * Parses the URL of a target with the parser that the HTTP client uses, so that no second reading of the text exists.
 * The fragment, which is never sent, is removed; `problem` is a sentence for the API's user.
 */
export const parseTargetUrl = (text: string): TargetUrl => {
  if (text.length > maxTargetUrlLength) return invalid(`The URL is longer than ${maxTargetUrlLength} characters.`);
  if (controlCharacter.test(text)) return invalid("The URL contains a control character.");
  const url = URL.parse(text);
  if (url === null) return invalid("This is not a valid absolute URL.");
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return invalid("The URL must begin with http:// or https://.");
  if (url.username !== "" || url.password !== "") return invalid("The URL must not contain a user name or a password.");
  if (url.hostname === "") return invalid("The URL has no host.");
  if (url.port === "0") return invalid("The URL names port 0, which cannot be called.");
  url.hash = "";
  return { kind: "ok", url };
};
