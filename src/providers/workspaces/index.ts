import type { Provider } from "../provider.ts";
import { openWorkspacesReader, openWorkspacesWriter } from "./access.ts";
import { applyWorkspaces } from "./apply/apply.ts";
import { checkWorkspaces } from "./check.ts";
import { compareWorkspaces } from "./compare.ts";
import { documentDesktops } from "./import-documents.ts";
import type { WorkspacesObservation, WorkspacesReadDoors, WorkspacesWriteDoors } from "./model.ts";
import { observeWorkspaces } from "./observe.ts";
import { recordDesktops } from "./record-reality.ts";

/** Cloud desktops: Amazon WorkSpaces. docs/workspaces.md. */
export const workspaces: Provider<WorkspacesReadDoors, WorkspacesWriteDoors, WorkspacesObservation> = {
  name: "workspaces",
  kinds: ["Workspace", "WorkspaceBlueprint", "WorkspaceDirectory", "WorkspaceReserve", "WorkspaceSecurityPolicy"],
  check: checkWorkspaces,
  openReader: openWorkspacesReader,
  openWriter: openWorkspacesWriter,
  observe: observeWorkspaces,
  compare: compareWorkspaces,
  apply: applyWorkspaces,
  documentForeign: documentDesktops,
  recordReality: recordDesktops,
};
