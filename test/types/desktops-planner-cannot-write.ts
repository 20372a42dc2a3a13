/** Law 1 for desktops: each expected error stands for a write that planning must not have. */
import type { workspaces } from "../../src/providers/workspaces/index.ts";
import type { WorkspacesReader, WorkspacesWriter } from "../../src/providers/workspaces/model.ts";

/** Whatever `openReader` gives, opened. */
type Given = ReturnType<ReturnType<typeof workspaces.openReader>["open"]>;

/** What apply can do and planning cannot. */
type Write = Exclude<keyof WorkspacesWriter, keyof WorkspacesReader>;

type WritesOf<Client> = Extract<keyof Client, Write>;

/** Compiles only for a client without one method that writes. */
export const NO_WRITE_IS_GIVEN: WritesOf<Given> extends never ? true : never = true;

/** The same of what observing takes. */
type Taken = ReturnType<Parameters<typeof workspaces.observe>[1]["open"]>;

export const NO_WRITE_IS_TAKEN: WritesOf<Taken> extends never ? true : never = true;

// @ts-expect-error a writer has writes, so that the lines above say something
export const NO_WRITE_IS_IN_A_WRITER: WritesOf<WorkspacesWriter> extends never ? true : never = true;

export function aReaderCannotCreate(reader: Given): unknown {
  // @ts-expect-error a reader makes no desktop
  return reader.create;
}

export function aReaderCannotTerminate(reader: Given): unknown {
  // @ts-expect-error a reader ends no desktop
  return reader.terminate;
}

export function aReaderCannotTag(reader: Given): unknown {
  // @ts-expect-error a reader marks nothing
  return reader.tag;
}

export function aReaderIsNoWriter(reader: WorkspacesReader): WorkspacesWriter {
  // @ts-expect-error a reader does not pass for a writer
  return reader;
}
