import { describe, expect, test } from "vitest";
import type { WorkspaceSecurityPolicySpec } from "../../../../src/generated/documents.ts";
import { parsePolicyTemplate } from "../../../../src/providers/workspaces/gpo/policy-template.ts";
import { readPolicyTemplate } from "../../../../src/providers/workspaces/gpo/read-template.ts";
import { describeData, valueOf } from "../../../../src/providers/workspaces/gpo/registry-entry.ts";
import { readRegistryPol } from "../../../../src/providers/workspaces/gpo/registry-pol.ts";
import { REGISTRY_POL, renderPolicyBundle, WSP_CONF } from "../../../../src/providers/workspaces/gpo/render-bundle.ts";
import { bundleOf, FIXTURES, LOCKED_DOWN, sampleTemplate, TEMPLATE } from "./sample.ts";

const KEY = "SOFTWARE\\Policies\\Amazon\\WSP";

function entriesOf(spec: Omit<WorkspaceSecurityPolicySpec, "template">): readonly string[] {
  return bundleOf({ ...spec, template: TEMPLATE }).entries.map(
    (entry) => `${entry.key.replace(KEY, "")}\\${valueOf(entry)} = ${describeData(entry)}`,
  );
}

test.each([
  [{ clipboard: "disabled" }, ["\\sample_clipboard = 0", "\\sample_clipboard_direction = taken away"]],
  [{ clipboard: "copy-only" }, ["\\sample_clipboard = 1", "\\sample_clipboard_direction = 1"]],
  [{ clipboard: "paste-only" }, ["\\sample_clipboard = 1", "\\sample_clipboard_direction = 2"]],
  [{ clipboard: "enabled" }, ["\\sample_clipboard = 1", "\\sample_clipboard_direction = 3"]],
  [{ printing: "disabled" }, ['\\sample_printing = "none"']],
  [{ printing: "enabled" }, ['\\Printing\\sample_driver = "generic; [basic]"', '\\sample_printing = "basic"']],
  [{ usb: "disabled" }, ["\\sample_usb = 0"]],
  [{ usb: "enabled" }, ["\\sample_usb = 1"]],
  [{ fileTransfer: "disabled" }, ["\\Storage\\sample_download = 0", "\\Storage\\sample_upload = 0"]],
  [{ screenCapture: "blocked" }, ["\\sample_capture = 1"]],
  [{ screenCapture: "allowed" }, ["\\sample_capture = 0"]],
  [{ idleDisconnect: "15m" }, ["\\sample_idle = 15", "\\sample_idle_enabled = 1"]],
  [{ idleDisconnect: "2h" }, ["\\sample_idle = 120", "\\sample_idle_enabled = 1"]],
  [{ idleDisconnect: "off" }, ["\\sample_idle = taken away", "\\sample_idle_enabled = 0"]],
  [{ sessionTimeout: "20m" }, ["\\sample_reconnect = 1", "\\sample_reconnect_timeout = 1200"]],
  [{ sessionTimeout: "off" }, ["\\sample_reconnect = 0", "\\sample_reconnect_timeout = taken away"]],
] satisfies [Omit<WorkspaceSecurityPolicySpec, "template">, string[]][])("%o", (spec, entries) => {
  expect(entriesOf(spec)).toEqual(entries);
});

test("the whole bundle: the file holds the entries, Linux gets what it knows, the notices say what is not known", () => {
  const bundle = bundleOf(LOCKED_DOWN);
  expect(readRegistryPol(bundle.files.get(REGISTRY_POL) ?? new Uint8Array())).toEqual(bundle.entries);
  expect(Buffer.from(bundle.files.get(WSP_CONF) ?? []).toString()).toBe(
    "[policies]\nclipboard = disabled\nremote-printing = disabled\n",
  );
  expect(bundle.settings.map(({ policy, as }) => `${policy}: ${as}`)).toEqual([
    "Configure clipboard redirection: Disabled",
    "Configure remote printing: Enabled, Printing disabled",
    "Enable/disable USB: Disabled",
    "Configure session storage: Disabled",
    "Configure Screen Capture Protection: Enabled",
    "Configure Idle Disconnect Timeout: Enabled, 15 minutes",
    "Enable/disable automatic reconnect: Enabled, 1200 seconds",
  ]);
  expect(bundle.notices.map((notice) => notice.split(":")[0])).toEqual([
    "published is not verified",
    "the template is not pinned",
    "Linux desktops have no switch for fileTransfer, idleDisconnect, screenCapture, sessionTimeout, usb",
  ]);
});

test("the same document gives the same bytes", () => {
  expect(bundleOf(LOCKED_DOWN).files).toEqual(bundleOf(LOCKED_DOWN).files);
});

describe("fails closed", () => {
  const loaded = sampleTemplate();

  /** Refusals of a document with some policies of the template changed. */
  function refusals(
    spec: Partial<WorkspaceSecurityPolicySpec>,
    change: (name: string) => object | null,
  ): readonly string[] {
    const policies = loaded.template.policies.flatMap((policy) => {
      const changed = change(policy.name);
      return changed === null ? [] : [{ ...policy, ...changed }];
    });
    const document = { estate: "robco", name: "p", spec: { ...spec, template: { ...TEMPLATE, ...spec.template } } };
    const result = renderPolicyBundle(document, { ...loaded, template: { policies } });
    return result.ok ? [] : result.refusals.map(({ code, setting, message }) => `${code} ${setting}: ${message}`);
  }

  test.each([
    {
      name: "a policy that is not there, all of them at once",
      spec: { clipboard: "disabled", usb: "disabled" },
      change: () => null,
      says: [
        'policy-absent clipboard: the template has no policy "Configure clipboard redirection"',
        'policy-absent usb: the template has no policy "Enable/disable USB"',
      ],
    },
    {
      name: "a policy of users",
      spec: { usb: "disabled" },
      change: () => ({ scope: "User" }),
      says: [
        'policy-not-machine usb: "Enable/disable USB" of the template is a policy of users, and a desktop needs one of machines',
      ],
    },
    {
      name: "two of one name",
      spec: { usb: "disabled" },
      change: (name) => (name === "Capture" ? { displayName: "Enable/disable USB" } : {}),
      says: ['policy-ambiguous usb: the template has several policies "Enable/disable USB": Usb, Capture'],
    },
    {
      name: "an option that is not there",
      spec: { clipboard: "copy-only" },
      change: () => ({ elements: [] }),
      says: [
        'policy-option-absent clipboard: "Configure clipboard redirection" of the template cannot do clipboard: copy-only: it has no option "Copy Only" (it has no options)',
      ],
    },
    {
      name: "Disabled that writes nothing is not off",
      spec: { usb: "disabled" },
      change: () => ({ disabled: [{ key: "K", value: "v", content: { as: "delete" } }] }),
      says: [
        'policy-option-absent usb: "Enable/disable USB" of the template cannot do usb: disabled: it has no option "Disabled" or "Printing disabled" (it has no options); it writes nothing for Disabled',
      ],
    },
    {
      name: "an option that needs a value",
      spec: { usb: "enabled" },
      change: () => ({ elements: [{ is: "other", id: "AllowList", key: "K", value: "v", isRequired: true }] }),
      says: [
        'policy-option-absent usb: "Enable/disable USB" of the template cannot do usb: enabled: it has no option "Enabled" (it has no options); its option "AllowList" needs a value that Reeve does not know',
      ],
    },
    {
      name: "a number out of range",
      spec: { idleDisconnect: "48h" },
      change: () => ({}),
      says: [
        'policy-option-absent idleDisconnect: "Configure Idle Disconnect Timeout" of the template cannot do idleDisconnect: 48h: it takes 1 to 1440 minutes, not 2880',
      ],
    },
    {
      name: "two settings that write one value",
      spec: { usb: "disabled", screenCapture: "blocked" },
      change: (name) =>
        name === "Capture"
          ? { enabled: [{ key: KEY.toLowerCase(), value: "SAMPLE_USB", content: { as: "dword", content: 1 } }] }
          : {},
      says: [
        "policy-overlap screenCapture: screenCapture and usb both write software\\policies\\amazon\\wsp\\SAMPLE_USB",
      ],
    },
    {
      name: "names that no file holds",
      spec: { usb: "disabled" },
      change: () => ({ disabled: [{ key: "K\0", value: "v", content: { as: "dword", content: 0 } }] }),
      says: [
        'policy-option-absent usb: "Enable/disable USB" of the template cannot do usb: disabled: it has no option "Disabled" or "Printing disabled" (it has no options); a name holds a character that no registry name can hold',
      ],
    },
    {
      name: "a template that is not the pinned one",
      spec: { usb: "disabled", template: { ...TEMPLATE, admxSha256: "0".repeat(64), admlSha256: loaded.admlSha256 } },
      change: () => ({}),
      says: [
        `template-changed template: wsp.admx is not the file that was pinned: its SHA-256 is ${loaded.admxSha256}`,
      ],
    },
  ] satisfies {
    name: string;
    spec: Partial<WorkspaceSecurityPolicySpec>;
    change: (name: string) => object | null;
    says: string[];
  }[])("$name", ({ spec, change, says }) => expect(refusals(spec, change)).toEqual(says));
});

test("a field counts what its label says", () => {
  const loaded = sampleTemplate();
  const policies = loaded.template.policies.map((policy) => ({
    ...policy,
    elements: policy.elements.map((one) =>
      one.is === "decimal" ? { ...one, max: 86_400, label: "Seconds of rest" } : one,
    ),
  }));
  const bundle = renderPolicyBundle(
    { estate: "robco", name: "p", spec: { idleDisconnect: "15m", template: TEMPLATE } },
    { ...loaded, template: { policies } },
  );
  expect(bundle.ok ? bundle.settings[0]?.as : bundle.refusals).toBe("Enabled, 900 seconds");
});

describe("templates that cannot be read", () => {
  const strings =
    '<policyDefinitionResources><resources><stringTable><string id="A">A</string></stringTable></resources></policyDefinitionResources>';
  const admx = (inside: string) => `<policyDefinitions><policies>${inside}</policies></policyDefinitions>`;

  test.each([
    ["no XML", "MZ\u0001", strings],
    ["an open tag", "<policyDefinitions>", strings],
    ["another root", "<html/>", strings],
    ["no policies", admx(""), strings],
    [
      "an entity of its own",
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><policyDefinitions>&e;</policyDefinitions>',
      strings,
    ],
    [
      "texts of another template",
      admx('<policy name="P" class="Machine" displayName="$(string.B)" key="K" valueName="v"/>'),
      strings,
    ],
    ["no key", admx('<policy name="P" class="Machine" displayName="$(string.A)" valueName="v"/>'), strings],
    ["an odd class", admx('<policy name="P" class="Robot" displayName="$(string.A)" key="K" valueName="v"/>'), strings],
    [
      "a number that is too large",
      admx(
        '<policy name="P" class="Machine" displayName="A" key="K" valueName="v"><enabledValue><decimal value="4294967296"/></enabledValue></policy>',
      ),
      strings,
    ],
    [
      "a value of an unknown type",
      admx(
        '<policy name="P" class="Machine" displayName="A" key="K" valueName="v"><enabledValue><blob/></enabledValue></policy>',
      ),
      strings,
    ],
  ])("%s", (_name, template, language) => {
    expect(parsePolicyTemplate(template, language)).toHaveProperty("trouble");
  });

  test.each([
    [{ admx: "missing.admx", adml: TEMPLATE.adml }, "missing.admx: there is no such file"],
    [{ admx: "../wsp.admx", adml: TEMPLATE.adml }, "../wsp.admx: it leads out of the repository"],
    [{ admx: "en-US", adml: TEMPLATE.adml }, "en-US: it is no file"],
    [
      { admx: TEMPLATE.adml, adml: TEMPLATE.adml },
      "en-US/wsp.adml with en-US/wsp.adml: the root is not <policyDefinitions>",
    ],
  ])("%o", (files, says) => expect(readPolicyTemplate(FIXTURES, files)).toMatchObject({ message: says }));
});
