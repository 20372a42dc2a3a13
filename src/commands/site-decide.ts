/** What only a person decides about an appliance: whose place it is. The page and the site server's interface do the same. */
import { checkWorkspace, rootOf } from "../apply/workspace.ts";
import { applianceIdOf } from "../protocol/appliance-id.ts";
import type { OperatorAppliance, OperatorIdentity } from "../protocol/operator.ts";
import { openSitesDecider, type SitesDecider, SitesTrouble } from "../providers/sites/client.ts";
import { sites } from "../providers/sites/index.ts";
import { desiredOf } from "../providers/survey.ts";
import { suggest } from "../support/did-you-mean.ts";
import { userError } from "../support/user-error.ts";
import type { Arguments, Command, Io } from "./command.ts";
import { openWorkspace } from "./open-workspace.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

const SHARED = { operands: "SITE APPLIANCE", maxOperands: 2, formats: ["text"] } as const;

export const approveRebind: Command = {
  ...SHARED,
  name: "site approve-rebind",
  summary: "let the key in that asks for an appliance's place",
  flags: {
    key: { type: "string", value: "KEY", help: "the key that asks: nobody is asked again, and no other key is let in" },
    sandbox: SANDBOX_FLAG,
  },
  details: [
    "For a machine that was set up anew: its key is another one, so that it looks like a thief's. It says who asks, and lets",
    "in what you have looked at. The machine has to claim again then, with the code that it had; the key before is turned out.",
  ].join("\n"),
  example: "reeve site approve-rebind nepa-clinic front-desk",
  run: async (args, io) => {
    const { found, id, decide } = await lookAt(args, io);
    const pending = found.pending;
    if (pending === null) throw nothingPending(`no other key asks for the place of ${id}`);
    io.out(
      `${pending.hostname} (${pending.mac}) asks for the place of ${id} since ${pending.at}, with key ${pending.signKey}\n`,
    );
    if (!(await isWanted(args, io, pending.signKey))) return 1;
    await decide((decider) => decider.approve(id, pending.signKey));
    io.out("It is let in: it has to claim again, with the code that it had (reeve appliance provision).\n");
    return 0;
  },
};

export const resolveConflict: Command = {
  ...SHARED,
  name: "site resolve-conflict",
  summary: "say that one machine alone has an appliance's identity again",
  flags: { sandbox: SANDBOX_FLAG },
  details: [
    "Two machines with one identity are served neither. Switch the copy off first: the machine that goes on is the right one",
    "from then on, and another copy is found out as the first was.",
  ].join("\n"),
  example: "reeve site resolve-conflict nepa-clinic front-desk",
  run: async (args, io) => {
    const { found, id, decide } = await lookAt(args, io);
    if (found.conflictAt === null) throw nothingPending(`one machine alone uses the identity of ${id}`);
    await decide((decider) => decider.resolve(id));
    io.out(`${id} is served again.\n`);
    return 0;
  },
};

interface Looked {
  readonly id: string;
  readonly found: Pick<OperatorIdentity, "pending" | "conflictAt">;
  readonly decide: (act: (decider: SitesDecider) => Promise<void>) => Promise<void>;
}

/** Documents need not be in order for it: only where the server is, is read from them. */
async function lookAt(args: Arguments, io: Io): Promise<Looked> {
  const [site, appliance] = args.operands;
  if (site === undefined || appliance === undefined)
    throw userError("missing-operand", "which appliance of which site?", "write SITE APPLIANCE behind the command");
  const { workspace, progress } = openWorkspace(args, io);
  const { checkable } = await checkWorkspace(workspace);
  const session = { ...workspace, estate: checkable.name, root: rootOf(workspace) };
  const decider = openSitesDecider(session, desiredOf(sites, checkable));
  const answer = await decider.sites().catch(inWords);
  progress.stop();
  if (answer === null)
    throw userError(
      "no-server",
      "the estate names no site server",
      "set providers.sites.server in the estate's document",
    );
  const appliances = answer.sites.flatMap((one) => one.appliances);
  const id = applianceIdOf(site, appliance);
  return { id, found: identityOf(appliances, id), decide: (act) => act(decider).catch(inWords) };
}

function identityOf(appliances: readonly OperatorAppliance[], id: string): Looked["found"] {
  const found = appliances.find(({ applianceId }) => applianceId === id);
  const known = appliances.map(({ applianceId }) => applianceId);
  if (found === undefined) throw userError("unknown-appliance", `the site server knows no ${id}`, suggest(id, known));
  return found.identity ?? { pending: null, conflictAt: null };
}

async function isWanted(args: Arguments, io: Io, signKey: string): Promise<boolean> {
  const key = args.text("key");
  if (key === undefined) {
    const said = await io.ask('Let it in? Only "yes" does: ');
    if (said === null) throw userError("needs-approval", "there is nobody to ask here", `pass --key ${signKey}`);
    return said.trim() === "yes";
  }
  if (key === signKey) return true;
  throw userError(
    "another-key",
    `it is not ${key} that asks`,
    "look at the machine again, and at what is printed here",
  );
}

function nothingPending(message: string): Error {
  return userError("nothing-pending", message, "see how it stands: reeve list --wide");
}

function inWords(error: unknown): never {
  if (error instanceof SitesTrouble) throw userError("site-server", error.message, error.next);
  throw error;
}
