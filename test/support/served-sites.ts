/** The provider against a real site server on a real port: planned, carried out, and said in lines. */
import type { ApplianceSiteSpec } from "../../src/generated/documents.ts";
import { sealChange } from "../../src/plan/seal-change.ts";
import type { Comparison, Desired, Session } from "../../src/providers/provider.ts";
import { sites } from "../../src/providers/sites/index.ts";
import { directCalls } from "../../src/support/calls.ts";
import { estate, resource } from "./literals.ts";
import { type Bench, commitOf, openBench, TOKENS } from "./site-server.ts";

const PARTNER = { brandName: "NEPA IT Solutions", primaryColor: "#2563EB" };

export interface Wish {
  readonly specs: Readonly<Record<string, ApplianceSiteSpec>>;
  readonly token?: string;
  readonly server?: string | null;
  readonly estate?: string;
  /** What the server loads when it is told to look: the same, unless said otherwise. */
  readonly loads?: Readonly<Record<string, ApplianceSiteSpec>>;
}

interface PlannedSites {
  readonly desired: Desired;
  readonly session: Session;
  readonly observation: Awaited<ReturnType<typeof sites.observe>>;
  readonly comparison: Comparison;
}

/** A server with these documents, and a provider that is pointed at it. */
export interface ServedSites {
  readonly bench: Bench;
  readonly url: string;
  plan(wish: Wish): Promise<PlannedSites>;
  /** A line for each outcome. */
  converge(wish: Wish): Promise<readonly string[]>;
}

export async function serveSites(specs: Wish["specs"]): Promise<ServedSites> {
  const bench = await openBench(commitOf(specs));
  const url = await bench.server.app.listen({ host: "127.0.0.1", port: 0 });
  const plan = async (wish: Wish): Promise<PlannedSites> => {
    const [desired, session] = [desiredOf({ server: url, ...wish }), sessionOf(bench, wish)];
    const observation = await sites.observe(desired, sites.openReader(session), session);
    return { desired, session, observation, comparison: sites.compare(desired, observation, bench.now) };
  };
  return {
    bench,
    url,
    plan,
    converge: async (wish) => {
      const { desired, session, observation, comparison } = await plan(wish);
      const changes = comparison.changes.map((draft) => sealChange(draft, "sites", []));
      const work = { changes, desired, observation, now: bench.now };
      const outcomes: string[] = [];
      for await (const { address, status, message } of sites.apply(work, sites.openWriter(session), session))
        outcomes.push(`${status} ${address}: ${message}`);
      return outcomes;
    },
  };
}

function desiredOf({ specs, server }: Wish): Desired {
  const documents = Object.entries(specs).map(([name, spec]) => resource(`ApplianceSite/${name}`, { spec }));
  const all = estate({ resources: [...documents, resource("Partner/nepa-it", { spec: PARTNER })] });
  const secrets = { environment: [], folders: [] };
  const named = server == null ? {} : { server, tokenFrom: { env: "TOKEN" } };
  return {
    estate: {
      ...all,
      document: resource("Estate/robco"),
      settings: { ...all.settings, providers: { sites: { ...named, secrets } } },
    },
    resources: all.resources,
  };
}

/** Its time passes while it waits, and the server has loaded what it looks for by then. */
function sessionOf(bench: Bench, wish: Wish): Session {
  return {
    estate: wish.estate ?? "robco",
    root: "/",
    clock: {
      now: () => bench.now,
      sleep: async (milliseconds) => {
        bench.pass(milliseconds / 1000);
        bench.desired = commitOf(wish.loads ?? wish.specs, "c2");
      },
    },
    calls: directCalls,
    progress: { step: () => {} },
    signal: new AbortController().signal,
    environment: { TOKEN: wish.token ?? TOKENS.operate },
  };
}

export function say({ changes, findings, unread }: Comparison): readonly string[] {
  return [
    ...changes.map(({ action, address, reason, disruption }) => `${action} ${address}: ${reason} (${disruption})`),
    ...changes.flatMap(({ fields }) =>
      fields.map(({ path, before, after }) => `  ${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`),
    ),
    ...findings.map(({ severity, code: word, message }) => `${severity} ${word}: ${message}`),
    ...unread.map((address) => `unread ${address}`),
  ];
}
