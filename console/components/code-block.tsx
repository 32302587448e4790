import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

interface CodeBlockProps {
  /** What it is, for its copy button: "request". */
  readonly label: string;
  readonly text: string;
}

/** Text to read and to copy, as it is: never interpreted. */
export const CodeBlock = ({ label, text }: CodeBlockProps) => (
  <div className="code-block">
    <div className="code-copy">
      <CopyToClipboard
        variant="icon"
        copyButtonAriaLabel={`Copy ${label}`}
        copySuccessText={`Copied ${label}`}
        copyErrorText={`The ${label} could not be copied`}
        textToCopy={text}
      />
    </div>
    {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
    <section className="code" tabIndex={0} aria-label={label}>
      <pre>{text}</pre>
    </section>
  </div>
);
