import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fill, OMITTED, type Values } from "../../../src/providers/grants/render/fill.ts";
import { readTemplates } from "../../../src/providers/grants/render/read-templates.ts";
import { parseTemplate } from "../../../src/providers/grants/render/template.ts";
import { UserError } from "../../../src/support/user-error.ts";
import { renderChanged, TEMPLATES } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

const VALUES: Values = {
  text: "alice",
  hostile: 'a": {evil}, *x, 1e3, {{text}}',
  number: 8080,
  list: [1, "two"],
  map: { key: "value" },
  gone: OMITTED,
  lines: "alice\nspec: {evil}",
};

function filled(text: string): unknown {
  return fill(parseTemplate({ file: "templates/grants/x.hbs", text }), VALUES);
}

test.each([
  ["a text", 'a: "{{text}}"', { a: "alice" }],
  ["a text with more around it", 'a: "ws-{{text}}.{{number}}"', { a: "ws-alice.8080" }],
  ["a number alone", 'a: "{{number}}"', { a: 8080 }],
  ["a list alone", 'a: "{{list}}"', { a: [1, "two"] }],
  ["a map's member", 'a: "{{map.key}}"', { a: "value" }],
  [
    "what looks like YAML",
    'a: "{{hostile}}"\nb: ["{{hostile}}", x]',
    { a: 'a": {evil}, *x, 1e3, {{text}}', b: ['a": {evil}, *x, 1e3, {{text}}', "x"] },
  ],
  ["what is left out", 'a: "{{gone}}"\nb: 1', { b: 1 }],
  ["the template's own values", "a: 1e3\nb: []\nc: {}\nd: null\ne: yes", { a: 1000, b: [], c: {}, d: null, e: "yes" }],
  ["braces that are meant", "a: '\\{{ .TrustDomain }}/{{text}}'", { a: "{{ .TrustDomain }}/alice" }],
  ["a comment", 'a: "{{! why }}{{text}}"', { a: "alice" }],
  ["braces that escape nothing", 'a: "{{{hostile}}}"', { a: 'a": {evil}, *x, 1e3, {{text}}' }],
])("filled: %s", (_name, text, expected) => {
  expect(filled(text)).toEqual(expected);
});

test.each([
  [
    "a name that has no value",
    'a: 1\nb:\n  c: "{{txet}}"',
    "x.hbs:3:6: error: there is no value txet",
    'did you mean "text"?',
  ],
  ["what every object has", 'a: "{{constructor}}"', "x.hbs:1:4: error: there is no value constructor", ""],
  ["a prototype", 'a: "{{map.__proto__}}"', "there is no value map.__proto__", ""],
  ["a member of a text", 'a: "{{text.length}}"', "there is no value text.length", ""],
  ["a list in a text", 'a: "x{{list}}"', "list is no text", ""],
  ["what is left out, in a text", 'a: "x{{gone}}"', "gone is no text", ""],
  ["a value of two lines", 'a: "{{lines}}"', "holds a control character", ""],
  ["a value without quotes", "a: {{text}}", "a key", ""],
  ["a key that is a value", '"{{text}}": 1', "a key cannot be a value", ""],
  ["a helper", "a: '{{lookup map \"key\"}}'", "no helpers", ""],
  ["a block", 'a: "{{#if text}}x{{/if}}"', "no helpers, blocks or partials", ""],
  ["a partial", 'a: "{{> other}}"', "no helpers, blocks or partials", ""],
  ["the context above", 'a: "{{../text}}"', "no helpers", ""],
  ["data of the engine", 'a: "{{@root.text}}"', "no helpers", ""],
  ["this", 'a: "{{this}}"', "no helpers", ""],
  ["braces that do not close", 'a: "{{text"', "Handlebars cannot read", ""],
  ["an alias", "a: &x 1\nb: *x", "anchors, aliases and tags", ""],
  ["a tag", "a: !!str 1", "anchors, aliases and tags", ""],
  ["two objects", "a: 1\n---\nb: 2", "multiple documents", ""],
  ["a key twice", "a: 1\na: 2", "Map keys must be unique", ""],
  ["a list", "- a", "a template is one object", ""],
  ["nothing", "", "a template is one object", ""],
])("refused: %s", (_name, text, message, hint) => {
  expect(() => filled(text)).toThrow(UserError);
  expect(() => filled(text)).toThrow(message);
  expect(() => filled(text)).toThrow(hint);
});

const shipped = (name: string): string =>
  readFileSync(new URL(`../../../templates/grants/${name}.hbs`, import.meta.url), "utf8");

/** A template's name, what its text has, what stands there instead, and why that is refused. */
test.each([
  [
    "network-policy",
    'podSelector: { matchLabels: "{{gateway.pods}}" }',
    "podSelector: {}",
    "ingress[0].from[0] must name a namespace and pods",
  ],
  [
    "network-policy",
    '          podSelector: { matchLabels: "{{gateway.pods}}" }',
    '        - podSelector: { matchLabels: "{{gateway.pods}}" }',
    "ingress[0].from[0] must name a namespace and pods",
  ],
  ["network-policy", 'ports: [{ protocol: TCP, port: "{{workload.port}}" }]', "ports: []", "names no ports"],
  ["network-policy", 'egress: "{{egress}}"', "egress: [{}]", "egress[0].to is empty, which means everybody"],
  [
    "network-policy",
    "policyTypes: [Ingress, Egress]",
    "policyTypes: [Ingress]",
    "policyTypes must name Ingress and Egress",
  ],
  ["default-deny", "ingress: []", "ingress: [{}]", "default-deny allows nothing"],
  ["default-deny", "podSelector: {}", "podSelector: { matchLabels: { a: b } }", "default-deny is for every pod"],
  ["allow-nothing", "action: ALLOW", "action: DENY", "action must be ALLOW, not DENY"],
  ["allow-nothing", "rules: []", "rules: [{}]", "allow-nothing has rules: []"],
  ["allow-nothing", "rules: []", "selector: { matchLabels: { a: b } }\n  rules: []", "it must hold for every pod"],
  ["peer-authentication", "STRICT", "PERMISSIVE", "mtls.mode must be STRICT"],
  ["request-authentication", 'audiences: "{{token.audiences}}"', "audiences: []", "a token for any audience would do"],
  [
    "request-authentication",
    "forwardOriginalToken: false",
    "forwardOriginalToken: true",
    "the desktop must not see the token",
  ],
  ["authorization-policy", '["{{gateway.principal}}"]', '["*"]', "* in * stands for anything"],
  ["authorization-policy", '["{{gateway.principal}}"]', '["spiffe://{{gateway.principal}}"]', "names nobody"],
  [
    "authorization-policy",
    'principals: ["{{gateway.principal}}"]',
    "notPrincipals: [x]",
    "notPrincipals lets in all whom it does not name",
  ],
  ["authorization-policy", '["{{token.person}}"]', '["{{token.anyone}}"]', "it must ask for the token of alice"],
  [
    "authorization-policy",
    '["{{token.person}}"]',
    '["{{token.person}}", "{{token.issuer}}/mallory"]',
    "it must ask for the token of alice",
  ],
  [
    "authorization-policy",
    "selector: { matchLabels: { reeve.dev/component: workstation } }",
    "selector: {}",
    "it must select the desktop",
  ],
  ["gateway-authorization", "action: ALLOW", "action: DENY", "action must be ALLOW"],
  ["gateway-authorization", '["{{token.anyone}}"]', '["*"]', "* in * stands for anything"],
  ["gateway-authorization", 'paths: "{{gateway.paths}}"', 'paths: ["*"]', "* in * stands for anything"],
  ["rate-limit", "INSERT_BEFORE", "REPLACE", "does nothing else"],
  [
    "rate-limit",
    "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    "envoy.extensions.filters.http.lua.v3.Lua",
    "does nothing else",
  ],
  [
    "rate-limit",
    "workloadSelector: { labels: { reeve.dev/component: workstation } }",
    "workloadSelector: {}",
    "does nothing else",
  ],
  ["rate-limit", "spec:", "spec:\n  priority: 1", "does nothing else"],
  ["service", "type: ClusterIP", "type: NodePort", "type must be ClusterIP"],
  ["service", "metadata:", "metadata:\n  labels: { tier: 2 }", "metadata.labels.tier must be a text, not 2"],
  ["service", "metadata:", "metadata:\n  annotations: { a: true }", "metadata.annotations.a must be a text, not true"],
  ["service", "type: ClusterIP", "type: ClusterIP\n  externalIPs: [192.0.2.1]", "spec.externalIPs is never rendered"],
  [
    "route",
    'name: "{{gateway.name}}"',
    "name: other",
    "parentRefs must be the listener https of the cluster's Gateway alone",
  ],
  ["route", '["{{route.host}}"]', '["*.example.com"]', "hostnames must be project-x.example.com alone"],
  [
    "route",
    'namespace: "{{route.backendNamespace}}"',
    "namespace: ws-bob",
    "backendRefs must be the person's own Service ws alone",
  ],
  [
    "route",
    'filters: "{{route.filters}}"',
    "filters: [{ type: RequestMirror }]",
    "a filter RequestMirror would send requests elsewhere",
  ],
  [
    "service-account",
    "automountServiceAccountToken: false",
    "automountServiceAccountToken: true",
    "no token of the API server",
  ],
  [
    "workload",
    "serviceAccountName: workstation",
    "serviceAccountName: default",
    "it must run as the service account workstation",
  ],
  ["workload", "enableServiceLinks: false", "hostNetwork: true", "hostNetwork is never rendered"],
  ["workload", "allowPrivilegeEscalation: false", "privileged: true", "privileged is never rendered"],
  ["workload", "drop: [ALL]", "drop: [ALL], add: [NET_ADMIN]", "desktop must drop every capability"],
  ["workload", "runAsNonRoot: true", "runAsNonRoot: false", "it must not run as root"],
  [
    "workload",
    'volumes: "{{workload.volumes}}"',
    "volumes: [{ name: x, hostPath: { path: / } }]",
    "hostPath is never rendered",
  ],
  [
    "workload",
    'volumes: "{{workload.volumes}}"',
    "volumes: [{ name: x, secret: { secretName: y } }]",
    "a volume of secret is never rendered",
  ],
  ["workload", 'image: "{{workload.image}}"', "image: nginx:latest", "the image of desktop must have its digest"],
  ["namespace", "enforce: restricted", "enforce: privileged", "pod-security.kubernetes.io/enforce must be restricted"],
  ["namespace", 'istio-injection: "{{mesh.injection}}"', "istio-injection: disabled", "without a sidecar"],
  ["namespace", 'name: "{{namespace}}"', "name: kube-system", "name must be ws-alice, not kube-system"],
  ["session", "kind: ConfigMap", "kind: Secret", "kind must be ConfigMap, not Secret"],
  ["session", 'namespace: "{{namespace}}"', "namespace: ws-bob", "namespace must be ws-alice, not ws-bob"],
  ["session", "name: session", "name: session\n  finalizers: [a/b]", "metadata.finalizers"],
  ["spiffe-id", "ttl: 1h", "ttl: 1h\n  downstream: true", "spec.downstream is never rendered"],
  ["spiffe-id", "ttl: 1h", "ttl: 1h\n  admin: true", "spec.admin is never rendered"],
])("an own template %s with %s as %s is refused", (name, from, to, message) => {
  expect(shipped(name)).toContain(from);
  const text = shipped(name).replace(from, () => to);
  const template = parseTemplate({ file: `templates/grants/${name}.hbs`, text });
  const alone = [
    "# end of cluster",
    "  rateLimit: { requests: 9 }",

    "[bob, ",
    "[",
    'cluster: lab\n  people: ["Eve.Adams@students.example.edu"]',
    "cluster: lab\n  people: [carol]",
  ];
  const render = () => renderChanged(alone, DURING, new Map([...TEMPLATES, [name, template]]));
  expect(render).toThrow(UserError);
  expect(render).toThrow(message);
});

test.each([
  { state: "pending", edits: [], at: "2026-11-20T00:00:00Z" },
  { state: "suspended", edits: ["# end of alice", "  suspended: true\n# end of alice"], at: "2026-12-05T08:00:00Z" },
  { state: "expired", edits: [], at: "2026-12-15T08:00:00Z" },
])("what an own template will fail at is said while the grant is $state", ({ edits, at }) => {
  const text = shipped("route").replace("{{route.path}}", "{{rout.path}}");
  const own = parseTemplate({ file: "templates/grants/route.hbs", text });
  const render = () => renderChanged(edits, new Date(at), new Map([...TEMPLATES, ["route", own]]));
  expect(render).toThrow("there is no value rout.path");
});

test("an own template may say more, and Reeve's marks stay", () => {
  const text = shipped("namespace").replace(
    "  labels:",
    '  labels:\n    team: "{{person.slug}}"\n    reeve.dev/estate: other',
  );
  const own = parseTemplate({ file: "templates/grants/namespace.hbs", text });
  const [, , , namespace] = renderChanged([], DURING, new Map([...TEMPLATES, ["namespace", own]]));
  expect(namespace?.object.metadata.labels).toMatchObject({ team: "alice", "reeve.dev/estate": "robco" });
});

function folder(): string {
  const root = mkdtempSync(join(tmpdir(), "reeve-templates-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "templates/grants"), { recursive: true });
  return root;
}

test("a state repository's own template goes before the package's, one by one", () => {
  const root = folder();
  writeFileSync(join(root, "templates/grants/route.hbs"), "a: 1\n");
  writeFileSync(join(root, "templates/grants/notes.md"), "not a template");
  const templates = readTemplates(root);
  expect(templates.get("route")).toEqual(parseTemplate({ file: "templates/grants/route.hbs", text: "a: 1\n" }));
  expect(templates.get("service")).toEqual(TEMPLATES.get("service"));
});

test("a file that replaces no template is a slip", () => {
  const root = folder();
  writeFileSync(join(root, "templates/grants/rout.hbs"), "a: 1\n");
  expect(() => readTemplates(root)).toThrow('did you mean "route"?');
});

test("a link is not followed out of the repository", () => {
  const root = folder();
  symlinkSync("/etc/passwd", join(root, "templates/grants/route.hbs"));
  expect(() => readTemplates(root)).toThrow("templates/grants/route.hbs is not read");
});
