import * as z from "zod";

const text = z.string().min(1, "must not be empty");

const ownProfile = z.strictObject({
  url: text.optional(),
  /** The API key; sent to `url` alone. */
  key: text.optional(),
  region: text.optional(),
  stack: text.optional(),
});

/** The user's own file: all of a profile, its key too. */
export const userFile = z.strictObject({
  /** The profile in use. */
  profile: text.optional(),
  profiles: z.record(text, ownProfile).default({}),
});
export type UserFile = z.output<typeof userFile>;

/** The file of a project, for all who work on it: no secrets. */
export const projectFile = z.strictObject({
  profile: text.optional(),
  profiles: z.record(text, ownProfile.omit({ key: true })).default({}),
});
export type ProjectFile = z.output<typeof projectFile>;

/** A file of profiles and where it is. */
export interface Found<Content> {
  readonly path: string;
  readonly content: Content;
}
