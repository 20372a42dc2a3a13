import { join } from "node:path";
import type { WorkspaceSecurityPolicySpec } from "../../../../src/generated/documents.ts";
import { readPolicyTemplate } from "../../../../src/providers/workspaces/gpo/read-template.ts";
import {
  type LoadedTemplate,
  type PolicyBundle,
  renderPolicyBundle,
} from "../../../../src/providers/workspaces/gpo/render-bundle.ts";

export const FIXTURES = join(import.meta.dirname, "../../../fixtures/workspaces");
export const TEMPLATE = { admx: "wsp.admx", adml: "en-US/wsp.adml" };

export const LOCKED_DOWN: WorkspaceSecurityPolicySpec = {
  clipboard: "disabled",
  printing: "disabled",
  usb: "disabled",
  fileTransfer: "disabled",
  screenCapture: "blocked",
  idleDisconnect: "15m",
  sessionTimeout: "20m",
  template: TEMPLATE,
};

/** The sample template as it is on disk. */
export function sampleTemplate(): LoadedTemplate {
  const loaded = readPolicyTemplate(FIXTURES, TEMPLATE);
  if ("code" in loaded) throw new Error(loaded.message);
  return loaded;
}

/** The bundle of a document that is known to render. */
export function bundleOf(spec: WorkspaceSecurityPolicySpec, name = "locked-down", estate = "robco"): PolicyBundle {
  const bundle = renderPolicyBundle({ estate, name, spec }, sampleTemplate());
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.refusals));
  return bundle;
}
