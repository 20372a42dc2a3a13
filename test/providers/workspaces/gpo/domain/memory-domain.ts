/** One object of a domain in memory: its files, its staged files and its entry; dies where it is told to. */

import { stale } from "../../../../../src/providers/workspaces/gpo/domain/domain-trouble.ts";
import type {
  ObjectFile,
  ObjectFiles,
  ObjectPush,
  ObjectReading,
} from "../../../../../src/providers/workspaces/gpo/domain/object.ts";
import { withGptVersion } from "../../../../../src/providers/workspaces/gpo/domain/object-version.ts";
import type {
  DomainTarget,
  PolicyDomainsWriter,
} from "../../../../../src/providers/workspaces/gpo/domain/policy-domains.ts";

export const TARGET: DomainTarget = {
  object: "Lockdown",
  allowed: { environment: ["GPO_PASSWORD"], folders: [] },
  domain: {
    name: "robco.test",
    servers: [{ host: "dc1.robco.test" }],
    username: "svc-gpo@robco.test",
    passwordFrom: { env: "GPO_PASSWORD" },
  },
};

export class Killed extends Error {}

export interface MemoryDomain extends PolicyDomainsWriter {
  /** Before which of its steps a run dies, counted from 0; null for none. */
  diesAt: number | null;
  /** Told of each step before it happens. */
  onStep: (step: number) => void;
  /** Steps since `diesAt` was set. */
  steps: number;
  version: number;
  extensions: string | null;
  files: ObjectFiles;
  /** What a desktop holds that refreshes after every step: it reads values again where the version is another. */
  readonly client: { version: number; values: Uint8Array | null };
}

export function newObject(registryPol: Uint8Array | null = null, version = 0): MemoryDomain {
  const staged = new Map<ObjectFile, Uint8Array>();
  const client: MemoryDomain["client"] = { version: -1, values: null };
  const refresh = (): void => {
    if (domain.version === client.version) return;
    client.version = domain.version;
    client.values = domain.files.registryPol;
  };
  const step = async (act: () => void): Promise<void> => {
    const number = domain.steps;
    domain.steps += 1;
    if (number === domain.diesAt) throw new Killed();
    domain.onStep(number);
    act();
    refresh();
  };
  const domain: MemoryDomain = {
    diesAt: null,
    onStep: () => {},
    steps: 0,
    version,
    extensions: null,
    files: { marker: null, registryPol, gptIni: withGptVersion(null, version) },
    client,
    readObject: async () => readingOf(domain),
    stage: (_target, { files }, changed) =>
      step(() => {
        for (const file of changed) staged.set(file, files[file]);
      }),
    replace: (_target, _push, file) =>
      step(() => {
        domain.files = { ...domain.files, [file]: staged.get(file) ?? null };
        staged.delete(file);
      }),
    raise: (target, push) => step(() => raise(domain, target, push)),
  };
  refresh();
  return domain;
}

function readingOf({ version, extensions, files }: MemoryDomain): ObjectReading {
  const dn = "CN={261F2631-E4FC-407B-BB82-8BEA3F856CC0},CN=Policies,CN=System,DC=robco,DC=test";
  const path = "robco.test\\Policies\\{261F2631-E4FC-407B-BB82-8BEA3F856CC0}";
  return { server: "dc1.robco.test", dn, path, version, extensions, flags: 0, links: 1, files };
}

function raise(domain: MemoryDomain, { object }: DomainTarget, { reading, version, extensions }: ObjectPush): void {
  if (domain.version !== reading.version) throw stale(object);
  domain.version = version;
  domain.extensions = extensions;
}
