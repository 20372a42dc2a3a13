/**
 * Law 1, by type: what planning is given has no way to write. Each line below must not compile; `tsc` fails when one
 * of them does (an unused `@ts-expect-error` is an error).
 */
import type { Planner, surveyEstate } from "../../src/providers/survey.ts";
import type { HubReader } from "../../src/providers/wireguard/model.ts";

export function aPlannerCannotApply(planner: Planner): unknown {
  // @ts-expect-error planning cannot apply
  return planner.apply;
}

export function aPlannerCannotOpenAWriter(planner: Planner): unknown {
  // @ts-expect-error planning cannot open a client that writes
  return planner.openWriter;
}

export function aReaderCannotWrite(reader: HubReader): unknown {
  // @ts-expect-error a reader has no write
  return reader.write;
}

export function aReaderCannotRetire(reader: HubReader): unknown {
  // @ts-expect-error a reader takes nothing away
  return reader.retire;
}

/** The first parameter is what planning gets: were it a whole Provider, this line would compile. */
type Given = Parameters<typeof surveyEstate>[0][number];

// @ts-expect-error a survey is given no apply
export type SurveyedApply = Given["apply"];
