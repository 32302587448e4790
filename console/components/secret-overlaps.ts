/** How long the old signing secret may go on signing beside a new one: hours, for a group of radio buttons. */
export const secretOverlaps = [
  { value: "24", label: "24 hours" },
  { value: "168", label: "7 days" },
  { value: "0", label: "Not at all", description: "What a leaked secret needs." },
];
