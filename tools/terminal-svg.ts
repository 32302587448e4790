/** A line of a terminal, and when it came. */
export interface RecordedLine {
  readonly text: string;
  /** From the start of the recording. */
  readonly atMs: number;
}

const columns = 118;
const characterPx = 7.8;
const linePx = 19;
const paddingPx = 16;

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A recording as a picture that moves: each line shows when it came. Whoever asks for no motion sees all of them. */
export const terminalSvg = (lines: readonly RecordedLine[], title: string): string => {
  const width = Math.ceil(columns * characterPx + 2 * paddingPx);
  const height = lines.length * linePx + 2 * paddingPx;
  const rows = lines.map(({ text, atMs }, index) => {
    const shown = text.length > columns ? `${text.slice(0, columns - 1)}…` : text;
    const y = paddingPx + (index + 0.75) * linePx;
    const delay = `animation-delay:${(atMs / 1_000).toFixed(2)}s`;
    return `<text x="${paddingPx}" y="${y}" style="${delay}" xml:space="preserve">${escape(shown)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">
<title>${escape(title)}</title>
<style>
rect{fill:#161b22}
text{fill:#e6edf3;font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;opacity:0;animation:show 0s forwards}
@keyframes show{to{opacity:1}}
@media (prefers-reduced-motion:reduce){text{opacity:1;animation:none}}
</style>
<rect width="${width}" height="${height}" rx="8"/>
${rows.join("\n")}
</svg>
`;
};
