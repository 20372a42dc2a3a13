/** Which files of a pull request are protected. Pure. */
import type { Policy } from "../../generated/documents.ts";
import type { PolicyQuestion } from "../model.ts";
import { matchesPathOrFolder } from "./glob.ts";

/**
 * Files that decide who may do what, or what runs with the estate's rights; the last two change what a checkout holds.
 * Protected whatever a policy says, since a policy that forgets them protects nothing.
 */
const ALWAYS_PROTECTED: readonly string[] = [
  ".github",
  "**/CODEOWNERS",
  "**/action.yml",
  "**/action.yaml",
  "**/.gitattributes",
  "**/.gitmodules",
];

/** Paths that are protected; both of a renamed file. Sorted, each once. */
export function protectedPaths(
  policy: Policy,
  { files, estateFile }: Pick<PolicyQuestion, "files" | "estateFile">,
): readonly string[] {
  const patterns = [estateFile, ...ALWAYS_PROTECTED, ...policy.protect];
  const paths = files.flatMap((file) => [file.path, ...(file.previousPath === null ? [] : [file.previousPath])]);
  return [...new Set(paths)]
    .toSorted()
    .filter((path) => patterns.some((pattern) => matchesPathOrFolder(pattern, path)));
}
