/** What the function that takes documents of Amazon SES and the command that gives them back to it agree on. */
export const sesDocuments = {
  /** Stands for the shard in the names of objects in quarantine. */
  quarantineShard: "ses",
  /** Attribute of a message that says whose its documents are, whatever their tags say. */
  customerAttribute: "tidepost-customer",
} as const;
