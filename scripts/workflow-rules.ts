/**
 * What every workflow here, in the templates, in what `reeve init` writes and in the docs must keep. Text in, findings out.
 * Most pitfalls are those that zizmor looks for; the rules here are stricter where that is simpler: no expression in a script.
 */
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

type Report = (node: unknown, rule: string, message: string) => void;

interface Job {
  readonly key: Node;
  readonly name: string;
  readonly body: YAMLMap;
}

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$|^docker:\/\/.+@sha256:[0-9a-f]{64}$/;
const DANGEROUS: ReadonlySet<string> = new Set(["pull_request_target", "workflow_run"]);
const CHECKOUT = /^actions\/checkout@/;
/** Of whom a run says it is: whoever pushed or re-ran last, not whose work it is. */
const ACTOR = /\bgithub\.(actor|triggering_actor|actor_id)\b/;
/** What somebody without rights can choose; the default branch's name is not among it. */
const CHOSEN_BY_OTHERS = /\bgithub\.(head_ref|event\.(?!repository\.default_branch\b))/;

export function checkWorkflow(file: string, text: string): readonly Finding[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const findings: Finding[] = [];
  const report: Report = (node, rule, message) => {
    const offset = (node as Node | null)?.range?.[0] ?? 0;
    findings.push({ file, line: lines.linePos(offset).line, rule, message });
  };
  const root: unknown = document.contents;
  if (document.errors.length > 0 || !isMap(root)) {
    report(null, "syntax", document.errors[0]?.message ?? "this is no workflow");
    return findings;
  }
  checkTop(root, report);
  for (const job of jobsOf(root)) checkJob(job, root, report);
  eachText(root, (node, path) => checkText({ node, path, root }, report));
  return findings.toSorted((a, b) => a.line - b.line || (a.rule < b.rule ? -1 : 1));
}

function checkTop(root: YAMLMap, report: Report): void {
  const permissions = root.get("permissions", true);
  if (!isMap(permissions) || permissions.items.length > 0) {
    report(permissions ?? root, "top-permissions", "write `permissions: {}` at the top: each job takes what it needs");
  }
  for (const [key, name] of eventsOf(root)) {
    if (DANGEROUS.has(name)) report(key, "dangerous-trigger", `${name} runs with secrets on what strangers sent`);
    if (name === "issue_comment") checkCommentTypes(root, report);
  }
  const hasConcurrency = root.has("concurrency") || jobsOf(root).every(({ body }) => body.has("concurrency"));
  if (!hasConcurrency) report(root, "concurrency", "say what happens to two runs at once: a concurrency group");
}

function checkCommentTypes(root: YAMLMap, report: Report): void {
  const types = root.getIn(["on", "issue_comment", "types"], true);
  const words = isSeq(types) ? types.items.map(textOf) : [];
  if (words.length === 1 && words[0] === "created") return;
  report(root.get("on", true), "edited-comment", "take `types: [created]` alone: others can edit a comment later");
}

function checkJob(job: Job, root: YAMLMap, report: Report): void {
  const { key, name, body } = job;
  const permissions = body.get("permissions", true);
  if (!isMap(permissions)) {
    report(permissions ?? key, "job-permissions", `say which permissions ${name} needs, one by one`);
  }
  if (!body.has("timeout-minutes") && !body.has("uses")) {
    report(key, "timeout", `${name} may hang for six hours: set timeout-minutes`);
  }
  checkUses(body, report);
  const steps = body.get("steps", true);
  for (const step of isSeq(steps) ? steps.items : []) {
    if (!isMap(step)) continue;
    checkUses(step, report);
    checkCheckout(step, root, report);
  }
}

function checkUses(owner: YAMLMap, report: Report): void {
  const uses = owner.get("uses", true);
  if (uses === undefined || PINNED.test(textOf(uses))) return;
  report(uses, "unpinned-uses", `${textOf(uses)} is not pinned: name the commit with all its 40 digits`);
}

function checkCheckout(step: YAMLMap, root: YAMLMap, report: Report): void {
  if (!CHECKOUT.test(textOf(step.get("uses", true)))) return;
  if (step.getIn(["with", "persist-credentials"]) !== false) {
    report(step, "persisted-credentials", "checkout leaves the token in .git/config: persist-credentials: false");
  }
  const ref = step.getIn(["with", "ref"], true);
  const isPullRequestOnly = eventsOf(root).every(([, name]) => name === "pull_request");
  if (isPullRequestOnly || !CHOSEN_BY_OTHERS.test(textOf(ref))) return;
  report(ref, "untrusted-checkout", "this event runs with rights: check out no ref that comes with it");
}

interface Text {
  readonly node: Node;
  readonly path: readonly string[];
  readonly root: YAMLMap;
}

function checkText({ node, path, root }: Text, report: Report): void {
  const text = textOf(node);
  const key = path.at(-1) ?? "";
  const isScript = key === "run" || (key === "script" && path.at(-2) === "with");
  if (isScript && text.includes("${{")) {
    report(node, "template-injection", 'an expression in a script becomes code: give it as env and write "$NAME"');
  }
  if (key === "if" && ACTOR.test(text)) {
    report(node, "bot-condition", "github.actor is whoever acted last: ask for the author of the pull request");
  }
  checkSecrets({ node, path, root }, report);
}

function checkSecrets({ node, path, root }: Text, report: Report): void {
  const text = textOf(node);
  const [jobs, job = ""] = path;
  if (jobs === "jobs" && path.at(-1) === "secrets" && text === "inherit") {
    report(node, "secrets", "name the secrets that the called workflow needs");
  }
  if (!/\$\{\{[^}]*\bsecrets\b/.test(text)) return;
  const isStepEnv = path.at(-2) === "env" && path.includes("steps");
  if (!isStepEnv) report(node, "secrets", "give a secret to one step alone, in its env");
  else if (!root.hasIn(["jobs", job, "environment"])) {
    report(node, "secrets", "keep secrets in an environment that guards them, and name it in the job");
  }
}

/** The names of the events, with what to point at. */
function eventsOf(root: YAMLMap): readonly (readonly [unknown, string])[] {
  const on = root.get("on", true);
  if (isMap(on)) return on.items.map(({ key }) => [key, textOf(key)]);
  if (isSeq(on)) return on.items.map((item) => [item, textOf(item)]);
  return [[on, textOf(on)]];
}

function jobsOf(root: YAMLMap): readonly Job[] {
  const jobs = root.get("jobs", true);
  if (!isMap(jobs)) return [];
  return jobs.items.flatMap(({ key, value }: Pair) =>
    isMap(value) ? [{ key: key as Node, name: textOf(key), body: value }] : [],
  );
}

/** Every scalar below a node, with the keys that lead to it; list items have none of their own. */
function eachText(
  node: unknown,
  visit: (node: Node, path: readonly string[]) => void,
  path: readonly string[] = [],
): void {
  if (isScalar(node)) visit(node, path);
  if (isSeq(node)) for (const item of node.items) eachText(item, visit, path);
  if (isMap(node)) for (const { key, value } of node.items) eachText(value, visit, [...path, textOf(key)]);
}

function textOf(node: unknown): string {
  return isScalar(node) ? String(node.value) : "";
}
