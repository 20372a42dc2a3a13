/** A claim: the device's key is bound to its declared place. Repeated with the same key and code until somebody answers. */
import type { ClaimAnswer, ClaimBody } from "../../protocol/bodies.ts";
import { proveClaim } from "../../protocol/claim-proof.ts";
import { hashCode, type ProvisionCode, printCode } from "../../protocol/codes.ts";
import type { ProblemType } from "../../protocol/problems.ts";
import { type UserError, userError } from "../../support/user-error.ts";
import type { DeviceKeys } from "../keep/keys.ts";
import type { Machine } from "../machine.ts";
import { readBody } from "../server/answers.ts";
import { type Patience, patiently } from "../server/patiently.ts";
import { causeOf, send, Unreachable } from "../server/send.ts";
import { Refused } from "../server/trouble.ts";

export interface Claiming extends Patience {
  readonly endpoint: string;
  readonly code: ProvisionCode;
  readonly keys: DeviceKeys;
  readonly machine: Machine;
}

/** A refusal is a UserError, in the original's words where it has some. */
export async function claimPlace(claiming: Claiming): Promise<ClaimAnswer> {
  const body = JSON.stringify(claimBody(claiming));
  try {
    return await patiently(claiming, () => claimOnce(claiming, body));
  } catch (error) {
    throw explainClaim(error, claiming) ?? error;
  }
}

function claimBody({ code, keys, machine }: Claiming): ClaimBody {
  const { mac, hostname } = machine;
  const encKey = keys.seal.recipient;
  const proof = proveClaim({ codeHash: hashCode(code), mac, encKey }, keys.sign);
  return { code: printCode(code), mac, hostname, signKey: keys.sign.publicKey, encKey, proof };
}

async function claimOnce({ endpoint, signal }: Claiming, body: string): Promise<ClaimAnswer> {
  const received = await send({ endpoint, method: "POST", path: "/api/provision/claim", headers: {}, body, signal });
  const answer = received.status === 200 ? readBody<ClaimAnswer>("ClaimAnswer", received.text) : null;
  if (answer === null) throw new Refused(received);
  return answer;
}

const NEXT: Readonly<Partial<Record<ProblemType, string>>> = {
  "code-unknown": "look at the sheet again, and see that the commit with the code is merged",
  "code-expired": "ask for a new code: reeve site mint-code",
  "code-revoked": "ask for a new code: reeve site mint-code",
  "code-claimed": "if this machine was set up anew, have the operator approve it, or a new code made",
  "mac-mismatch": "the code was made for another machine: compare the hardware address with the sheet",
  suspended: "ask the operator: the appliance is suspended in the repository",
  "bad-proof": "the request was changed on its way: look for a proxy in between",
};

/** Null for what is a bug. */
function explainClaim(
  trouble: unknown,
  { endpoint, machine }: Pick<Claiming, "endpoint" | "machine">,
): UserError | null {
  if (trouble instanceof Unreachable) {
    const hint = "the code is not lost by this: run it again with the same one";
    return userError("no-server", `${trouble.message}: ${endpoint} (${causeOf(trouble.cause)})`, hint);
  }
  if (!(trouble instanceof Refused)) return null;
  const { problem, message, status, detail } = trouble;
  if (problem === null)
    return userError("no-server", `${endpoint} answers ${status}, as no site server does`, "see --server");
  const own = problem === "mac-mismatch" ? `${message}; this one is ${machine.mac}` : message;
  return userError(problem, own, NEXT[problem] ?? detail ?? "run it again with the same code");
}
