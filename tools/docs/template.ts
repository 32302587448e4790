import { html } from "../api-docs/html.ts";

export interface Group {
  readonly name: string;
  readonly links: readonly { readonly title: string; readonly href: string; readonly isHere: boolean }[];
}

/** A page of the site. It needs no script but that of the search, and nothing from other hosts. */
export const layout = (page: {
  readonly title: string;
  readonly body: string;
  readonly groups: readonly Group[];
  /** From the page to the site's root, such as `../`. */
  readonly root: string;
}): string => {
  const { title, body, groups, root } = page;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} · Tidepost</title>
        <link rel="stylesheet" href="${root}style.css" />
        <script src="${root}search.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <nav aria-label="Pages">
          <p class="title"><a href="${root}index.html">Tidepost</a></p>
          <search>
            <label for="search">Search</label>
            <input id="search" type="search" autocomplete="off" data-root="${root}" />
            <ul id="found" aria-live="polite"></ul>
          </search>
          ${groups.map(
            ({ name, links }) =>
              html`<h2>${name}</h2>
                <ul>
                  ${links.map(
                    ({ title: text, href, isHere }) =>
                      html`<li><a href="${href}" ${isHere ? html`aria-current="page"` : ""}>${text}</a></li>`,
                  )}
                </ul>`,
          )}
        </nav>
        <main id="content">${{ markup: body }}</main>
      </body>
    </html>`.markup;
};

export const siteStyle = `:root {
  color-scheme: light dark;
  --text: light-dark(#1b2430, #e4e8ee);
  --page: light-dark(#ffffff, #12161c);
  --panel: light-dark(#f4f6f9, #1b212a);
  --line: light-dark(#d8dee7, #2f3845);
  --link: light-dark(#0b5cad, #7ab8ff);
}
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); background: var(--page); color: var(--text);
  font: 1rem/1.6 system-ui, sans-serif; }
a { color: var(--link); }
a:focus-visible, input:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: 0.5rem; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem; background: var(--panel);
  border-right: 1px solid var(--line); font-size: 0.9rem; }
nav h2 { margin: 1.25rem 0 0.25rem; font-size: 0.8rem; text-transform: uppercase; letter-spacing: 0.05em; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { margin: 0.2rem 0; }
nav .title { margin: 0 0 1rem; font-size: 1.1rem; font-weight: 700; }
nav .title a, nav [aria-current] { color: inherit; font-weight: 700; text-decoration: none; }
search label { display: block; }
search input { width: 100%; padding: 0.35rem 0.5rem; font: inherit; border: 1px solid var(--line); border-radius: 4px; }
main { padding: 2rem; max-width: 62rem; }
main :is(h1, h2, h3, h4) a { color: inherit; text-decoration: none; }
main img { max-width: 100%; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: 0.35rem 0.6rem; text-align: left; vertical-align: top; }
pre { overflow-x: auto; padding: 0.9rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
code { font-size: 0.9em; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; } }
`;
