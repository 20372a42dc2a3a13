import { explain } from "../estate/explain.ts";
import { shippedSchemas } from "../estate/read-schemas.ts";
import { userError } from "../support/user-error.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  name: "explain",
  summary: "docs of a kind or a field, for example WireGuardPeer.spec.addresses",
  operands: "[KIND[.FIELD…]]",
  maxOperands: 1,
  formats: ["text"],
  flags: {},
  details: "Prints the schema's own documentation. Without a word: the kinds there are.",
  example: "reeve explain WireGuardPeer.spec.addresses",
  run: async (args, io) => {
    const found = explain(shippedSchemas(), args.operands[0] ?? null);
    if (!found.found) throw userError("unknown-field", found.message, found.hint);
    io.out(found.text);
    return 0;
  },
};
