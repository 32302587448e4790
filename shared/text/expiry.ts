/** Why a batch, or what was left of a window, expired: the rest of a sentence. Without a reason it is the common one. */
export const expiryText = (reason: string | undefined): string => {
  if (reason === "backlog") return "a day had passed, as the target took batches more slowly than they came";
  if (reason === "unreadable") return "none of its events could be read; they are put aside for the operator";
  return reason === "webhook_deleted" ? "its webhook was deleted" : "its retry window ended";
};
