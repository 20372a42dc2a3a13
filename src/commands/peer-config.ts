import { randomBytes } from "node:crypto";
import { checkWorkspace, rootOf } from "../apply/workspace.ts";
import { desiredOf } from "../providers/survey.ts";
import { clientConfigOf, renderClientConfig, renderQr } from "../providers/wireguard/client-config.ts";
import { readClientTemplate } from "../providers/wireguard/client-template.ts";
import { hubKeysOf } from "../providers/wireguard/hub-keys.ts";
import { wireguard } from "../providers/wireguard/index.ts";
import { keyPairFrom } from "../providers/wireguard/keys.ts";
import { resolveTopology } from "../providers/wireguard/topology.ts";
import { UserError, userError } from "../support/user-error.ts";
import type { Arguments, Command } from "./command.ts";
import { openWorkspace } from "./open-workspace.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "peer config",
  summary: "print a WireGuard peer's own configuration file",
  operands: "NAME",
  maxOperands: 1,
  formats: ["text"],
  flags: {
    hub: { type: "string", value: "NAME", help: "which hub, where the peer dials several" },
    "generate-key": { type: "boolean", help: "make a key pair now: the private key is printed once and kept nowhere" },
    qr: { type: "boolean", help: "print a QR code for a phone; needs --generate-key" },
    sandbox: SANDBOX_FLAG,
  },
  details: [
    "The private key is a placeholder for the one that the peer's own machine made. With --generate-key a new pair is",
    "made here; its public key then goes into the peer's document as publicKey (or nextPublicKey, to rotate).",
  ].join("\n"),
  example: "reeve peer config alice-laptop --generate-key --qr",
  run: async (args, io) => {
    const peer = peerName(args);
    const { workspace, progress } = openWorkspace(args, io);
    const checked = await checkWorkspace(workspace);
    if (checked.estate === null) throw new UserError(checked.diagnostics);
    const session = { ...workspace, estate: checked.estate.name, root: rootOf(workspace) };
    const desired = desiredOf(wireguard, checked.estate);
    const topology = resolveTopology(desired);
    const observation = await wireguard.observe(desired, wireguard.openReader(session), session);
    progress.stop();
    const pair = args.has("generate-key") ? keyPairFrom(randomBytes(32)) : null;
    const config = clientConfigOf(topology, {
      estate: checked.estate.name,
      peer,
      hub: args.text("hub") ?? null,
      privateKey: pair?.privateKey ?? null,
      hubKeys: hubKeysOf(observation),
    });
    const file = renderClientConfig(config, readClientTemplate());
    io.out(args.has("qr") ? await renderQr(file) : file);
    if (pair !== null) io.err(`Put this into the document of WireGuardPeer/${peer}: publicKey: ${pair.publicKey}\n`);
    return 0;
  },
};

function peerName(args: Arguments): string {
  const [name] = args.operands;
  if (name === undefined) throw userError("missing-operand", "which peer?", "write reeve peer config NAME");
  if (args.has("qr") && !args.has("generate-key")) {
    throw userError(
      "qr-needs-key",
      "a QR code without a private key is of no use",
      "add --generate-key, or print the file without --qr",
    );
  }
  return name.replace(/^WireGuardPeer\//, "");
}
