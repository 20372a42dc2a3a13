import { createVerify } from "node:crypto";
import { ApiError, forbidden, notFound } from "./answer.ts";
import { OPERATIONS, type OperationName } from "./operations.ts";
import { hasRole, roleOf } from "./roles.ts";
import { isTree } from "./tree.ts";
import { type App, fullName, type Repo, type Role, type Token, type World } from "./world.ts";

const ANONYMOUS: Token = { kind: "anonymous", actor: "", app: null, permissions: {}, repos: null, expiresAt: null };

/** Who asks. */
export function authenticate(world: World, header: string | undefined): Token {
  if (header === undefined) return ANONYMOUS;
  const text = /^(?:token|bearer) (.+)$/i.exec(header)?.[1] ?? "";
  if (text.split(".").length === 3) return authenticateApp(world, text);
  const token = world.tokens.get(text);
  if (token === undefined || (token.expiresAt !== null && token.expiresAt <= world.now()))
    throw new ApiError(401, "Bad credentials");
  return token;
}

/** A JWT of the App, signed with its key, of the last ten minutes. */
function authenticateApp(world: World, jwt: string): Token {
  const [head = "", claims = "", signature = ""] = jwt.split(".");
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  const payload = read(claims);
  if (!isTree(payload)) throw new ApiError(401, "A JSON web token could not be decoded");
  const app = world.apps.find(({ id }) => String(id) === String(payload["iss"]));
  if (app === undefined) throw new ApiError(404, "Integration not found");
  const [issued, expires, now] = [Number(payload["iat"]), Number(payload["exp"]), world.now().getTime() / 1000];
  if (!isSigned(app, `${head}.${claims}`, signature)) throw new ApiError(401, "A JSON web token could not be decoded");
  if (issued > now)
    throw new ApiError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  if (!(expires > now))
    throw new ApiError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (expires - now > 600) throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future");
  return { kind: "jwt", actor: app.bot, app, permissions: {}, repos: null, expiresAt: null };
}

function isSigned({ publicKey }: App, text: string, signature: string): boolean {
  if (publicKey === null) return false;
  return createVerify("RSA-SHA256").update(text).verify(publicKey, Buffer.from(signature, "base64url"));
}

interface Asked {
  readonly token: Token;
  readonly name: OperationName;
  readonly repo: Repo | null;
  readonly params: Readonly<Record<string, string>>;
}

/** Throws what GitHub says to who may not. */
export function admit({ token, name, repo, params }: Asked): void {
  const need: string = OPERATIONS[name];
  if (need === "none") return;
  if (need === "app") {
    if (token.kind !== "jwt") throw new ApiError(401, "A JSON web token could not be decoded");
    return;
  }
  if (token.kind === "jwt") throw new ApiError(401, "Bad credentials");
  if (token.kind === "anonymous" && !(need.endsWith(":read") && repo?.isPrivate === false))
    throw repo?.isPrivate === true ? notFound() : new ApiError(401, "Requires authentication");
  if (need === "user") {
    if (token.app !== null) throw forbidden();
    return;
  }
  if (repo !== null) admitToRepo(token, repo);
  const [permissions = "", level = ""] = need.split(":");
  const names = namesOf(permissions, repo, params);
  if (token.app !== null) admitApp(token, names, level);
  else if (repo !== null) admitPerson(token, repo, { names, level, name });
}

function admitToRepo({ app, actor, repos }: Token, repo: Repo): void {
  const isOut = app === null ? roleOf(repo, actor) === "none" : repos !== null && !repos.includes(fullName(repo));
  if (isOut) throw notFound();
}

/** Pull requests are issues: either permission does for those; a plain issue needs its own. */
function namesOf(permissions: string, repo: Repo | null, params: Asked["params"]): readonly string[] {
  const names = permissions.split("|");
  if (permissions !== "issues|pull_requests" || repo === null) return names;
  const { issue_number: number, comment_id: comment } = params;
  const issue = number === undefined ? repo.comments.get(Number(comment))?.issue : Number(number);
  return issue !== undefined && repo.issues.get(issue)?.pull === null ? ["issues"] : names;
}

function admitApp({ permissions }: Token, names: readonly string[], level: string): void {
  const grants = (name: string): boolean => {
    const granted = name === "metadata" ? "read" : permissions[name];
    return granted !== undefined && (level === "read" || granted !== "read");
  };
  if (!names.some(grants)) throw forbidden();
}

interface Wanted {
  readonly names: readonly string[];
  readonly level: string;
  readonly name: OperationName;
}

/** What a person's role has to be; handlers ask more where it depends on whose thing it is. */
const LEAST: Readonly<Record<string, Role>> = {
  contents: "write",
  statuses: "write",
  actions: "write",
  checks: "write",
};

function admitPerson({ actor }: Token, repo: Repo, { names, level, name }: Wanted): void {
  if (names.includes("administration") && !hasRole(repo, actor, "admin")) throw notFound();
  if (name.includes("/collaborators/") && !hasRole(repo, actor, "write"))
    throw new ApiError(403, "Must have push access to view collaborator permission.");
  const [first = ""] = names;
  if (level === "write" && !hasRole(repo, actor, LEAST[first] ?? "read"))
    throw new ApiError(403, "Must have admin rights to Repository.");
}
