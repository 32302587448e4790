import { Marked, type Tokens } from "marked";
import { headingAnchor } from "../check-pages.ts";

export interface Rendered {
  readonly title: string;
  readonly body: string;
  /** Headings and text without markup, for the search. */
  readonly sections: readonly { readonly anchor: string; readonly heading: string; readonly text: string }[];
}

const plain = (token: { readonly raw: string }): string =>
  token.raw.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/[#*`|]|-{3,}/g, " ");

/** Renders a page; `hrefOf` turns its links into those of the site. */
export const renderMarkdown = (markdown: string, hrefOf: (link: string) => string): Rendered => {
  const sections: { anchor: string; heading: string; text: string }[] = [];
  const marked = new Marked({
    walkTokens: (token) => {
      if (token.type === "link" || token.type === "image") {
        const link = token as Tokens.Link;
        link.href = hrefOf(link.href);
      }
    },
    renderer: {
      heading({ tokens, depth, text }) {
        const anchor = headingAnchor(text);
        return `<h${depth} id="${anchor}"><a href="#${anchor}">${this.parser.parseInline(tokens)}</a></h${depth}>\n`;
      },
    },
  });
  for (const token of marked.lexer(markdown)) {
    if (token.type === "heading") {
      const { text } = token as Tokens.Heading;
      sections.push({ anchor: headingAnchor(text), heading: text.replaceAll("`", ""), text: "" });
    } else if (sections.length > 0) {
      const last = sections.at(-1);
      if (last !== undefined) last.text += ` ${plain(token)}`;
    }
  }
  const body = marked.parse(markdown, { async: false });
  return { title: sections[0]?.heading ?? "", body, sections };
};
