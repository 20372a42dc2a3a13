/**
 * Every text of every document that becomes part of an object, made hostile in the file itself: it stays one value, or it is
 * refused at its place. Nothing that is written changes the structure of what is rendered.
 */
import { expect, test } from "vitest";
import { isScalar, parseAllDocuments, visit } from "yaml";
import { checkGrants } from "../../../src/providers/grants/check.ts";
import { renderCluster } from "../../../src/providers/grants/render/render.ts";
import { type Diagnostic, hasErrors } from "../../../src/support/diagnostic.ts";
import { UserError } from "../../../src/support/user-error.ts";
import { declare, TEMPLATES } from "./declared.ts";
import { documentsOf, NOW, PLAIN } from "./rendered-cast.ts";

type Files = Readonly<Record<string, string>>;

const FILES: Files = documentsOf(
  [
    {
      slug: "alice",
      more: "  image: registry.example.com/ws/desktop@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n",
    },
  ],
  { ...PLAIN, extras: true },
);

/** As YAML stands in a file: quoted texts, and what a reader of YAML may take for something else. */
const HOSTILE = [
  JSON.stringify("alice\nspec: {evil: true}"),
  JSON.stringify('a"b'),
  '"*"',
  '"alice*"',
  '"{{token.issuer}}"',
  '"1e3"',
  '"0x10"',
  '"../bob"',
  '"a: b, c: [d]"',
  '"\\u0000"',
  '"\\u202e\\u00e9"',
  JSON.stringify("x".repeat(70_000)),
  "1e3",
  "0x10",
  "~",
  "[]",
  "{ a: b }",
  "!!binary aGk=",
  "!!str 1e3",
  "!<tag:evil> x",
  "&a x",
] as const;

interface Place {
  readonly file: string;
  readonly range: readonly [from: number, to: number];
  readonly text: string;
}

/** Every text but a document's kind and version. */
function placesIn(file: string, text: string): readonly Place[] {
  const places: Place[] = [];
  for (const document of parseAllDocuments(text)) {
    visit(document, {
      Scalar: (key, node) => {
        if (key === "key" || typeof node.value !== "string" || !isScalar(node)) return;
        const [from, to] = node.range ?? [0, 0];
        const isHead = node.value === "reeve.dev/v1" || text.slice(0, from).endsWith("kind: ");
        // A port may be written as a number, so that a number there is one.
        const isPorts = /^\d+-\d+$/.test(node.value);
        if (!isHead && !isPorts) places.push({ file, range: [from, to], text: node.value });
      },
    });
  }
  return places;
}

const PLACES: readonly Place[] = ["cluster.yaml", "rules.yaml", "grants.yaml"].flatMap((file) =>
  placesIn(file, FILES[file] ?? ""),
);

function withValue({ file, range: [from, to] }: Place, value: string): Files {
  const text = FILES[file] ?? "";
  return { ...FILES, [file]: text.slice(0, from) + value + text.slice(to) };
}

/** With every text made one text: what is left is the structure. */
function shapeOf(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === "string" ? "text" : member));
}

type Answer = { readonly refused: readonly Diagnostic[] } | { readonly shape: string };

function answerTo(files: Files): Answer {
  const { desired, topology, diagnostics, place } = declare(files);
  const all = [...diagnostics, ...place(checkGrants(desired, NOW))];
  if (hasErrors(all)) return { refused: all.filter(({ severity }) => severity === "error") };
  try {
    const scene = { topology, templates: TEMPLATES, now: NOW };
    const rendered = topology.clusters.flatMap((cluster) => renderCluster(cluster, scene));
    return {
      shape: shapeOf(
        rendered.map(({ object: { apiVersion, kind, metadata: _names, ...rest } }) => [apiVersion, kind, rest]),
      ),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { refused: error.diagnostics };
  }
}

const BASE = answerTo(FILES);

test("as they stand the documents are rendered", () => {
  expect(BASE).toHaveProperty("shape");
  expect(PLACES.length).toBeGreaterThan(60);
});

test.each(HOSTILE.map((value) => [value.length > 40 ? `${value.slice(0, 40)}…` : value, value] as const))(
  "%s stays a value wherever it is written, or is refused at its line and column",
  (_name, value) => {
    for (const place of PLACES) {
      const answer = answerTo(withValue(place, value));
      const where = `${place.file} ${place.text}`;
      if ("shape" in answer) {
        expect([where, answer]).toEqual([where, BASE]);
        continue;
      }
      const placed = answer.refused.map(({ at }) => at !== null && at.line > 0 && at.column > 0);
      expect([where, answer.refused.length > 0, new Set(placed)]).toEqual([where, true, new Set([true])]);
    }
  },
);
