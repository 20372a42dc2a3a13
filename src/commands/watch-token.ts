import { mintToken } from "../watch/listener/tokens.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  name: "watch token",
  summary: "make a token for the daemon's page and API",
  maxOperands: 0,
  formats: ["text"],
  flags: {},
  details: "The token goes to stdout and is kept nowhere; its hash, for listen.tokens, goes to stderr.",
  example: "reeve watch token > token",
  run: async (_args, io) => {
    const { token, hash } = mintToken();
    io.out(`${token}\n`);
    io.err(`In the daemon's settings, below listen.tokens:\n  - { name: NAME, hash: "${hash}", scopes: [read] }\n`);
    return 0;
  },
};
