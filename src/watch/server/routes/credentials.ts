/** Credentials: sealed on the way out, and sealed at once on the way in. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { SubmitCredentialAnswer, SubmitCredentialBody } from "../../../protocol/bodies.ts";
import { openText, sealText } from "../../../protocol/seal.ts";
import { SecretTrouble } from "../../../protocol/secrets/secret-source.ts";
import { authenticatesAppliance, authenticatesOperator } from "../authenticate.ts";
import { type Caller, callerOf, type ServerContext, send } from "../context.ts";
import { decideDelivery } from "../decide/decide-reports.ts";
import { answer, isKnown, type Reply, refuse, refuseFor } from "../reply.ts";
import { BY_TOKEN, POSTED, routeSchema } from "./route-schema.ts";

const DELIVER = routeSchema({
  summary: "The site's credentials, each sealed to the appliance that asks.",
  answers: { 200: "CredentialsAnswer", 304: null },
  refusals: [
    "validation",
    "bad-signature",
    "clock-skew",
    "replay",
    "wrong-site",
    "suspended",
    "none-set",
    "retired",
    "identity-conflict",
    "secret-not-usable",
    "too-many-requests",
    "secret-store-unavailable",
    "no-commit-loaded",
    "store-unavailable",
  ],
});
const SUBMIT = routeSchema({
  summary: "Submits the credential of the site's domain, where no document names one.",
  body: "SubmitCredentialBody",
  answers: { 201: "SubmitCredentialAnswer" },
  refusals: [...POSTED, ...BY_TOKEN, "not-found", "managed-in-git", "no-commit-loaded"],
});

interface SiteRoute {
  Params: { site: string };
}

export function addCredentialRoutes(app: FastifyInstance, context: ServerContext): void {
  const url = "/api/sites/:site/domain-credentials";
  app.get<SiteRoute>(url, { schema: DELIVER, preValidation: authenticatesAppliance(context) }, async (request, reply) =>
    send(reply, await deliver(context, request, request.params.site)),
  );
  app.post<SiteRoute & { Body: SubmitCredentialBody }>(
    url,
    { schema: SUBMIT, preValidation: authenticatesOperator(context, "operate") },
    async (request, reply) => {
      const by = request.operator?.name ?? "";
      return send(reply, await submit(context, { site: request.params.site, body: request.body, by }));
    },
  );
}

async function deliver(context: ServerContext, request: FastifyRequest, site: string): Promise<Reply> {
  const caller = callerOf(request);
  if (site !== caller.site) return refuse("wrong-site");
  const said = await context.store.change(
    caller.target,
    (found) => decideDelivery(caller.signed, found),
    caller.signed.now,
  );
  if (said !== "send") return said;
  const subject = `credentials of ${site}`;
  try {
    const made = await sealedFor(context, caller, request.headers["if-none-match"]);
    context.secretTroubles.end(subject);
    return made;
  } catch (error) {
    if (!(error instanceof SecretTrouble)) throw error;
    context.secretTroubles.begin(subject, error.message);
    return refuse(error.kind === "unavailable" ? "secret-store-unavailable" : "secret-not-usable");
  }
}

async function sealedFor(context: ServerContext, caller: Caller, ifNoneMatch: string | undefined): Promise<Reply> {
  const { site: siteName, appliance, encKey, signed } = caller;
  if (signed.declared === null) return refuse("retired");
  const submitted = signed.hasSubmitted ? await context.store.submitted(siteName) : null;
  const secrets = { siteName, site: signed.declared.site, submitted };
  const version = await context.deliveries.version(secrets);
  if (version === null) return refuse("none-set");
  const headers = { "cache-control": "no-store" };
  if (isKnown(ifNoneMatch, version)) return answer(304, null, { ...headers, etag: `"${version}"` });
  const delivered = await context.deliveries.deliver(secrets, { appliance, encKey });
  const names = delivered.credentials.map(({ name }) => name).join(", ");
  const events = [{ type: "credentials-delivered", detail: `${names}: version ${delivered.version}` }];
  await context.store.change({ site: siteName, appliance }, () => ({ answer: null, events }), signed.now);
  return answer(200, delivered, { ...headers, etag: `"${delivered.version}"` });
}

interface Submission {
  readonly site: string;
  readonly body: SubmitCredentialBody;
  readonly by: string;
}

async function submit(context: ServerContext, { site, body, by }: Submission): Promise<Reply> {
  const { submissions } = context.limiters;
  const wait = submissions.blockedFor(by);
  if (wait !== null) return refuseFor(wait, "too-many-requests");
  submissions.count(by);
  const index = context.index();
  if (index === null) return refuse("no-commit-loaded");
  const spec = index.sites.get(site);
  if (spec === undefined) return refuse("not-found", "no such site is declared");
  if (spec.domain.credentialsRef !== undefined)
    return refuse("managed-in-git", `change ${spec.domain.credentialsRef} there`);
  const password = await passwordOf(context, body);
  if (password === null)
    return refuse("validation", "sealed: does not open with the server's key, or holds no JSON string");
  const sealed = await sealText(JSON.stringify(password), [context.keys.seal.recipient]);
  const version = context.deliveries.versionOf(`${site}\n${body.username}\n${password}`);
  await context.store.submit(site, { version, username: body.username, sealed, by, at: context.now().toISOString() });
  return answer(201, { version } satisfies SubmitCredentialAnswer);
}

/** Null for what was sealed for somebody else, or holds no password. */
async function passwordOf({ keys }: ServerContext, { sealed, password }: SubmitCredentialBody): Promise<string | null> {
  if (sealed === undefined) return password ?? null;
  try {
    const opened: unknown = JSON.parse(await openText(sealed, keys.seal.identity));
    return typeof opened === "string" && opened !== "" && opened.length <= 1024 ? opened : null;
  } catch {
    return null;
  }
}
