import { userError } from "../support/user-error.ts";
import { writeAccepted } from "../watch/accepted.ts";
import type { Command } from "./command.ts";
import { CONFIG_FLAG, watchedFolder } from "./watch-config.ts";

export const command: Command = {
  name: "watch accept",
  summary: "let the daemon follow a commit that it refuses by itself",
  operands: "COMMIT",
  maxOperands: 1,
  formats: ["text"],
  flags: { config: CONFIG_FLAG },
  details: [
    "A branch that does not follow on the last good commit is not followed: somebody may have pushed an old state. This",
    "accepts one commit, named in full, and what follows on it. So is a commit that removes a hub or a cluster together with what is",
    "in it, which would stay there.",
  ].join("\n"),
  example: "reeve watch accept 3f1c0e6b5a2d4c7f8e9a0b1c2d3e4f5a6b7c8d9e",
  run: async (args, io) => {
    const commit = args.operands[0] ?? "";
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit))
      throw userError("bad-commit", `"${commit}" is no commit id in full`, "copy it from reeve watch status");
    writeAccepted(watchedFolder(args, io), commit);
    io.out(`The daemon follows ${commit} when it next looks.\n`);
    return 0;
  },
};
