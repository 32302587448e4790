/** The page's only style sheet. */
export const style = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1b2430, #e4e8ee);
  --muted: light-dark(#566274, #a3aebd);
  --page: light-dark(#ffffff, #12161c);
  --panel: light-dark(#f4f6f9, #1b212a);
  --line: light-dark(#d8dee7, #2f3845);
  --link: light-dark(#0b5cad, #7ab8ff);
  --get: light-dark(#0b5cad, #7ab8ff);
  --post: light-dark(#1a6b35, #79d196);
  --put: light-dark(#8a5200, #f0b866);
  --delete: light-dark(#a8201a, #ff9b94);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0;
  display: grid;
  grid-template-columns: 18rem minmax(0, 1fr);
  background: var(--page);
  color: var(--text);
  font: 1rem/1.55 system-ui, sans-serif;
}
a { color: var(--link); }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: 0.5rem; z-index: 1; }
nav {
  position: sticky;
  top: 0;
  height: 100vh;
  overflow-y: auto;
  padding: 1.5rem 1rem;
  background: var(--panel);
  border-right: 1px solid var(--line);
  font-size: 0.875rem;
}
nav .title { margin: 0 0 1rem; font-size: 1.1rem; font-weight: 700; }
nav .title a, nav .group a { color: inherit; text-decoration: none; }
nav .group { margin: 1.1rem 0 0.25rem; font-weight: 600; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: flex; gap: 0.5rem; align-items: baseline; padding: 0.2rem 0; text-decoration: none; color: inherit; }
nav li a:hover { text-decoration: underline; }
nav .method { flex: 0 0 3.2rem; font-size: 0.68rem; }
small, .type, .mark, .limits { color: var(--muted); font-weight: 400; }
main { max-width: 56rem; padding: 2rem clamp(1rem, 4vw, 3rem) 6rem; }
h1 { margin: 0 0 1rem; font-size: 2rem; line-height: 1.2; }
h2 { margin: 3.5rem 0 0.5rem; padding-bottom: 0.4rem; border-bottom: 1px solid var(--line); font-size: 1.5rem; }
h3 { margin: 0 0 0.5rem; font-size: 1.2rem; }
h3 a { color: inherit; text-decoration: none; }
h4 { margin: 1.5rem 0 0.5rem; font-size: 0.95rem; }
.operation, .schema { margin-top: 1.5rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: 0.6rem; }
.route { margin: 0 0 0.75rem; overflow-wrap: anywhere; }
.routes { list-style: none; padding: 0; }
.routes li { margin: 0.3rem 0; overflow-wrap: anywhere; }
.routes a { text-decoration: none; color: inherit; }
.method { display: inline-block; font: 700 0.75rem/1.4 ui-monospace, monospace; }
.get { color: var(--get); }
.post { color: var(--post); }
.put { color: var(--put); }
.delete { color: var(--delete); }
code { font: 0.9em ui-monospace, "Cascadia Mono", Menlo, monospace; overflow-wrap: anywhere; }
p code, dd code, td code { background: var(--panel); padding: 0.05rem 0.3rem; border-radius: 0.25rem; }
p .path { background: none; padding: 0; }
pre {
  margin: 0.75rem 0;
  padding: 0.9rem 1rem;
  overflow-x: auto;
  background: var(--panel);
  border: 1px solid var(--line);
  border-radius: 0.4rem;
  font-size: 0.85rem;
  line-height: 1.5;
}
pre code { overflow-wrap: normal; }
dl { margin: 0.5rem 0; }
dt { margin-top: 0.6rem; padding-top: 0.6rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
dt:first-child { border-top: 0; margin-top: 0; }
dt > code { font-weight: 600; }
dt .type, h4 .type { font-size: 0.85rem; }
.mark { margin-left: 0.4rem; padding: 0 0.4rem; border: 1px solid var(--line); border-radius: 1rem; font-size: 0.72rem; }
dd { margin: 0.15rem 0 0; }
table { width: 100%; border-collapse: collapse; font-size: 0.92rem; }
th, td { padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
summary { cursor: pointer; color: var(--link); }
@media (max-width: 60rem) {
  body { display: block; }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); }
  .operation, .schema { padding: 1rem 0.85rem; }
}
@media print {
  body { display: block; }
  nav { display: none; }
}
`;
