import { escapeText } from "../render/escape.ts";

type LogValue = string | number | boolean | null;
type LogLevel = "info" | "warning" | "error";

/** One line an event, which a journal keeps as one entry. No value of a document's field ever goes in. */
export type Log = (event: string, fields?: Readonly<Record<string, LogValue>>, level?: LogLevel) => void;

export interface LogOptions {
  readonly write: (text: string) => void;
  readonly format: "logfmt" | "json";
  readonly now: () => Date;
}

export function openLog({ write, format, now }: LogOptions): Log {
  return (event, fields = {}, level = "info") => {
    const line = { at: now().toISOString(), level, event, ...fields };
    write(`${format === "json" ? escapeText(JSON.stringify(line)) : logfmt(line)}\n`);
  };
}

function logfmt(line: Readonly<Record<string, LogValue>>): string {
  return Object.entries(line)
    .map(([key, value]) => `${key}=${word(value)}`)
    .join(" ");
}

/** A word as it is, anything else in quotes. */
function word(value: LogValue): string {
  const text = escapeText(String(value));
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text);
}
