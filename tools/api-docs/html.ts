/** Markup that is safe to show. Made by `html` alone. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | undefined | readonly Value[];

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const render = (value: Value): string => {
  if (value === undefined) return "";
  if (typeof value === "string") return value.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);
  if (typeof value === "number") return String(value);
  if ("markup" in value) return value.markup;
  return value.map(render).join("");
};

/** Markup from a template; text in it is escaped. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  markup: parts.map((part, index) => part + render(values[index])).join(""),
});

/** Text with `code` in it. */
export const inline = (text: string): Html => ({
  markup: render(text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))),
});

/** Paragraphs, which an empty line parts. */
export const paragraphs = (text: string): readonly Html[] =>
  text.split("\n\n").map((part) => html`<p>${inline(part)}</p>`);
