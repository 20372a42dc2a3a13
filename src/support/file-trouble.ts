/** What an operating system refuses of a file is a user's to mend, wherever in the program it comes up. */
import { type UserError, userError } from "./user-error.ts";

const OWNER = "run it as the user that the file belongs to, or name another place";
const ROOM = "make room there, and run it again";
const OTHER = "name another place";

/** Not ENOENT: which file should have been there is the caller's to say, and one of ours that is gone is a bug. */
const REFUSALS: Readonly<Record<string, readonly [words: string, hint: string]>> = {
  EACCES: ["permission denied", OWNER],
  EPERM: ["not permitted", OWNER],
  EROFS: ["the file system is read-only", OTHER],
  ENOSPC: ["no space is left", ROOM],
  EDQUOT: ["the quota is used up", ROOM],
  ENOTDIR: ["a part of the path is no folder", OTHER],
  EISDIR: ["this is a folder", OTHER],
  ELOOP: ["too many symbolic links", OTHER],
  ENAMETOOLONG: ["the name is too long", OTHER],
};

/** Null for every other error. */
export function fileTrouble(error: unknown): UserError | null {
  if (!(error instanceof Error) || !("code" in error) || !("path" in error)) return null;
  const { code, path } = error;
  const refusal = typeof code === "string" && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  if (refusal === undefined || typeof path !== "string") return null;
  return userError("file-refused", `${path}: ${refusal[0]} (${String(code)})`, refusal[1]);
}
