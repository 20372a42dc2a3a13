/** The rim of `estate/`: a state directory on disk becomes a validated estate, or diagnostics at the very values. */
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Diagnostic, hasErrors, sortDiagnostics } from "../support/diagnostic.ts";
import { packageRoot } from "../support/package-root.ts";
import { assembleEstate, type Declared } from "./assemble-estate.ts";
import type { Estate } from "./estate.ts";
import { createIntake, type Intake } from "./intake.ts";
import { openParseCache } from "./parse-cache.ts";
import { placeFindings } from "./place-findings.ts";
import { shippedSchemas } from "./read-schemas.ts";
import type { Finding } from "./resource.ts";
import { fileError, findStateFiles, readStateFile } from "./state-files.ts";

export interface LoadOptions {
  readonly stateDir: string;
  /** The folder that holds the state directory; positions are relative to it. Left out: the parent of `stateDir`. */
  readonly root?: string;
  /** Where parsed documents are kept between runs; null keeps none. */
  readonly cacheDir: string | null;
  readonly signal?: AbortSignal;
}

export interface LoadedEstate {
  /** Null where there are errors. */
  readonly estate: Estate | null;
  /** The sound part, for rules that want to report all they can: the whole where there are no errors. Never to be applied. */
  readonly checkable: Estate;
  /** Everything that is wrong, sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Documents by kind, those with errors too. */
  readonly counts: Readonly<Record<string, number>>;
  /** The findings of a provider's rules, at the very values. */
  placeFindings(findings: readonly Finding[]): readonly Diagnostic[];
}

/** All text of one state directory; far above what anybody writes, far below what memory holds. */
const MAX_TOTAL = 256 * 1024 * 1024;
const MAX_DOCUMENTS = 200_000;

/** Files between two looks at the signal. */
const BREATH = 200;

/** Reads, parses and checks every document. Throws only when the signal is aborted, or for a bug. */
export async function loadEstate(options: LoadOptions): Promise<LoadedEstate> {
  const stateDir = resolve(options.stateDir);
  const root = resolve(options.root ?? dirname(stateDir));
  const found = findStateFiles(root, stateDir);
  const cache = openParseCache(options.cacheDir, reeveVersion());
  const intake = createIntake(cache, shippedSchemas);
  const refused = await readAll({ root, files: found.files, signal: options.signal }, intake);
  cache.save();
  const estateFile = [...relative(root, stateDir).split(sep), "reeve.yaml"].filter((part) => part !== "").join("/");
  const assembled = assembleEstate(intake.declared, estateFile);
  const place = (findings: readonly Finding[]) => placeFindings(findings, (file) => textOf(root, file));
  const unread = [...refused, ...intake.diagnostics];
  // Where the file itself has errors, one of them is why no Estate document is seen.
  const isMissing = !assembled.hasEstateDocument && unread.every((diagnostic) => diagnostic.at?.file !== estateFile);
  const diagnostics = sortDiagnostics([
    ...found.diagnostics,
    ...unread,
    ...(isMissing ? [missingEstate(estateFile, found.files.includes(estateFile))] : []),
    ...place(assembled.findings),
  ]);
  return {
    estate: hasErrors(diagnostics) ? null : assembled.estate,
    checkable: assembled.estate,
    diagnostics,
    counts: countKinds(intake.declared),
    placeFindings: place,
  };
}

/** The files to read, and where they are. */
interface Reading {
  readonly root: string;
  readonly files: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/** Feeds every file to `intake`; what cannot be read comes back as diagnostics. Synchronous reads are three times as fast here. */
async function readAll({ root, files, signal }: Reading, intake: Intake): Promise<readonly Diagnostic[]> {
  const refused: Diagnostic[] = [];
  let total = 0;
  for (const [index, file] of files.entries()) {
    if (index % BREATH === BREATH - 1) await setImmediate();
    signal?.throwIfAborted();
    const read = readStateFile(root, file);
    if ("refusal" in read) refused.push(read.refusal);
    else {
      total += read.text.length;
      if (total > MAX_TOTAL) return [...refused, tooMuch(file, "256 MiB of text")];
      intake.add(file, read.text);
    }
    if (intake.documentCount > MAX_DOCUMENTS) return [...refused, tooMuch(file, `${MAX_DOCUMENTS} documents`)];
  }
  return refused;
}

function tooMuch(file: string, limit: string): Diagnostic {
  const message = `the state directory holds more than ${limit} up to here`;
  return fileError(file, { code: "too-much", message, hint: "split the estate into several" });
}

function textOf(root: string, file: string): string | null {
  const read = readStateFile(root, file);
  return "text" in read ? read.text : null;
}

/** Without an Estate document there is no ownership marker. */
function missingEstate(file: string, isThere: boolean): Diagnostic {
  return fileError(file, {
    code: "missing-estate",
    message: isThere ? "there is no Estate document in this file" : "the file is missing: it names the estate",
    hint: "write: apiVersion: reeve.dev/v1, kind: Estate, metadata: { name: your-estate }, each on a line of its own",
  });
}

function countKinds(declared: readonly Declared[]): Readonly<Record<string, number>> {
  const kinds = Map.groupBy(declared, ({ resource }) => resource.kind);
  return Object.fromEntries(
    [...kinds].map(([kind, all]) => [kind, all.length] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function reeveVersion(): string {
  const described = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
    readonly version: string;
  };
  return described.version;
}
