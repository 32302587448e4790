/** Milliseconds that the server's clock is ahead of this machine's, as its last answer told. */
let aheadMs = 0;

/** Notes the server's clock from an answer's `Date` header, which has whole seconds: less than that is no difference. */
export const noteServerDate = (header: string | null): void => {
  const serverTime = Date.parse(header ?? "");
  if (Number.isNaN(serverTime)) return;
  const difference = serverTime + 500 - Date.now();
  aheadMs = Math.abs(difference) < 1_000 ? 0 : difference;
};

/** Now, by the server's clock: what its time stamps are to be compared with. */
export const serverNow = (): number => Date.now() + aheadMs;
