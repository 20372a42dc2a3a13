/**
 * What `wg genkey` and `wg pubkey` do, for a `file` host without wireguard-tools: Node runs it from the hub's script.
 * The private key is the last 32 bytes of PKCS8, the public one of SPKI. Never by JWK: its export deadlocks at times.
 */
export const KEYTOOL = `
const c = require("node:crypto");
if (process.argv[1] === "genkey") {
  const k = c.generateKeyPairSync("x25519").privateKey.export({ format: "der", type: "pkcs8" });
  process.stdout.write(k.subarray(-32).toString("base64") + "\\n");
} else {
  const raw = Buffer.from(require("node:fs").readFileSync(0, "utf8").trim(), "base64");
  if (raw.length !== 32) process.exit(1);
  const head = Buffer.from("302e020100300506032b656e04220420", "hex");
  const k = c.createPrivateKey({ key: Buffer.concat([head, raw]), format: "der", type: "pkcs8" });
  const p = c.createPublicKey(k).export({ format: "der", type: "spki" });
  process.stdout.write(p.subarray(-32).toString("base64") + "\\n");
}
`;
