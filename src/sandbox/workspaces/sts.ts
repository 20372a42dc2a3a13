import { randomBytes } from "node:crypto";
import { ApiError, violates } from "./api-error.ts";
import { checkPattern } from "./input.ts";
import { queryAnswer } from "./query-protocol.ts";

/** Whose keys a request was signed with. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
}

interface Assumed extends Caller {
  /** Real milliseconds: clients count the life of their keys by their own clock. */
  readonly expires: number;
}

/** Temporary keys by their ids. In memory: they do not outlive the stand-in. */
export type Sessions = Map<string, Assumed>;

/** Ids of temporary keys begin so, here as there; every other key is the account's own user. */
const TEMPORARY = /^ASIA/;

export interface StsRequest {
  readonly operation: string;
  /** The form that was sent. */
  readonly body: string;
  readonly caller: Caller;
  readonly requestId: string;
  readonly wireNow: number;
}

/** Who signed, or the refusal of temporary keys that have expired or were never given out. */
export function identify(
  sessions: Sessions,
  { accessKeyId, accountId, wireNow }: { accessKeyId: string; accountId: string; wireNow: number },
): Caller {
  if (!TEMPORARY.test(accessKeyId)) {
    return { accountId, arn: `arn:aws:iam::${accountId}:user/reeve`, userId: "AIDASANDBOXREEVE00001" };
  }
  const session = sessions.get(accessKeyId);
  if (session === undefined) {
    throw new ApiError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
  }
  if (session.expires > wireNow) return session;
  throw new ApiError("ExpiredTokenException", "The security token included in the request is expired", 403);
}

/** STS GetCallerIdentity and AssumeRole, which answer in XML. */
export function answerSts(sessions: Sessions, request: StsRequest): string {
  const { operation, caller } = request;
  if (operation === "AssumeRole") return assumeRole(sessions, request);
  if (operation !== "GetCallerIdentity") throw new ApiError("InvalidAction", `Could not find operation ${operation}`);
  const { arn, userId, accountId } = caller;
  return queryAnswer(
    { ...request, service: "sts" },
    `<Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${accountId}</Account>`,
  );
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/([\w+=,.@/-]{1,512})$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** Every role lets itself be assumed: who may is a question of IAM, which is not here. */
function assumeRole(sessions: Sessions, request: StsRequest): string {
  const form = new URLSearchParams(request.body);
  const roleArn = form.get("RoleArn") ?? "";
  const name = form.get("RoleSessionName") ?? "";
  const seconds = Number(form.get("DurationSeconds") ?? 3600);
  checkPattern(roleArn, "roleArn", ROLE_ARN);
  checkPattern(name, "roleSessionName", SESSION_NAME);
  if (!(seconds >= 900 && seconds <= 43_200)) {
    throw violates("durationSeconds", "Member must have value between 900 and 43200");
  }
  const [, accountId = "", path = ""] = ROLE_ARN.exec(roleArn) ?? [];
  const userId = `AROASANDBOXREEVE00001:${name}`;
  const arn = `arn:aws:sts::${accountId}:assumed-role/${path.split("/").at(-1) ?? ""}/${name}`;
  const accessKeyId = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
  const expires = request.wireNow + seconds * 1000;
  sessions.set(accessKeyId, { accountId, arn, userId, expires });
  return queryAnswer(
    { ...request, service: "sts" },
    [
      `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>reeve-sandbox</SecretAccessKey>`,
      `<SessionToken>reeve-sandbox</SessionToken><Expiration>${new Date(expires).toISOString()}</Expiration></Credentials>`,
      `<AssumedRoleUser><Arn>${arn}</Arn><AssumedRoleId>${userId}</AssumedRoleId></AssumedRoleUser>`,
    ].join(""),
  );
}
