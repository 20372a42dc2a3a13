import type { Session } from "../provider.ts";
import { openDoors } from "./api/doors.ts";
import { createReader } from "./api/reader.ts";
import { createWriter } from "./api/writer.ts";
import type { AccountOpener, WorkspacesReader, WorkspacesWriter } from "./model.ts";

/** All that planning is given: the role for planning, and calls that read. */
export function openWorkspacesReader(session: Session): AccountOpener<WorkspacesReader> {
  return {
    open: ({ accountId, role, limiter }) =>
      createReader(openDoors(session, { accountId, roleArn: role?.plan, limiter })),
  };
}

/** What apply is given: the role for applying. */
export function openWorkspacesWriter(session: Session): AccountOpener<WorkspacesWriter> {
  return {
    open: ({ accountId, role, limiter }) => {
      const doors = openDoors(session, { accountId, roleArn: role?.apply, limiter });
      return createWriter(doors, createReader(doors));
    },
  };
}
