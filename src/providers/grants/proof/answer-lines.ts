import type { AccessAnswer, AnsweredDesktop, AnsweredWay } from "./answer.ts";

/** An answer as a person reads it, line by line. Pure. */
export function answerLines({ question, of, world, desktops, unread }: AccessAnswer): readonly string[] {
  const when = world === "live" ? "as things are" : "once the plan is carried out";
  const head = question === "who-can-reach" ? `Who reaches ${of}, ${when}:` : `What ${of} reaches, ${when}:`;
  const none = desktops.length === 0 ? ["  nothing"] : [];
  const gaps =
    unread.length === 0 ? [] : ["", "Not looked at, so that more may be reached:", ...unread.map((gap) => `  ${gap}`)];
  return [head, ...none, ...desktops.flatMap((desktop) => ["", ...desktopLines(desktop)]), ...gaps];
}

function desktopLines({
  cluster,
  namespace,
  person,
  grant,
  state,
  ways,
  findings,
}: AnsweredDesktop): readonly string[] {
  const by = grant === null ? "no grant" : grant;
  return [
    `${namespace} in ${cluster}: ${person}, by ${by}, ${state}`,
    ...(ways.length === 0 ? ["  nobody"] : ways.flatMap(wayLines)),
    ...findings.flatMap(({ words, way }) => [`  ! ${words}`, ...way.map((line) => `      ${line}`)]),
  ];
}

function wayLines({ who, what, isSure, isMeant, way }: AnsweredWay): readonly string[] {
  const mark = isMeant ? "  " : "! ";
  return [`  ${mark}${who} ${isSure ? "reaches" : "may reach"} ${what}`, ...way.map((line) => `      ${line}`)];
}
