import type { Session } from "../provider.ts";
import { openDoors } from "./api/doors.ts";
import { createReader } from "./api/reader.ts";
import { createWriter } from "./api/writer.ts";
import type { PolicyDomains, PolicyDomainsWriter } from "./gpo/domain/policy-domains.ts";
import type { WorkspacesReadDoors, WorkspacesWriteDoors } from "./model.ts";

/** All that planning is given: the role for planning, and calls that read. */
export function openWorkspacesReader(session: Session): WorkspacesReadDoors {
  return {
    open: ({ accountId, role, limiter }) =>
      createReader(openDoors(session, { accountId, roleArn: role?.plan, limiter })),
    domains: domainsReader(session),
  };
}

/** What apply is given. */
export function openWorkspacesWriter(session: Session): WorkspacesWriteDoors {
  return {
    open: ({ accountId, role, limiter }) => {
      const doors = openDoors(session, { accountId, roleArn: role?.apply, limiter });
      return createWriter(doors, createReader(doors));
    },
    domains: domainsWriter(session),
  };
}

/** Loaded where a document names a domain, and nowhere else. */
const domains = () => import("./gpo/domain/open-domains.ts");

function domainsReader(session: Session): PolicyDomains {
  return { readObject: async (target) => (await domains()).openDomainsReader(session).readObject(target) };
}

function domainsWriter(session: Session): PolicyDomainsWriter {
  const open = async (): Promise<PolicyDomainsWriter> => (await domains()).openDomainsWriter(session);
  return {
    ...domainsReader(session),
    stage: async (target, push, files) => (await open()).stage(target, push, files),
    replace: async (target, push, file) => (await open()).replace(target, push, file),
    raise: async (target, push) => (await open()).raise(target, push),
  };
}
