/** One event a line. No secret, no code and no body ever goes in. */
export type LogLevel = "debug" | "info" | "warning" | "error";
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
export type Log = (event: string, fields?: LogFields, level?: LogLevel) => void;

const ORDER: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** Drops what is less than `least` says at the time. */
export function atLeast(log: Log, least: () => LogLevel): Log {
  return (event, fields = {}, level = "info") => {
    if (ORDER.indexOf(level) >= ORDER.indexOf(least())) log(event, fields, level);
  };
}

/** What an error says of itself, on one line. */
export function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, " ").slice(0, 500);
}
