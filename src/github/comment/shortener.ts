/** Shortens for one level, and remembers what it left out. */
import { plural } from "../../render/words.ts";
import type { Level } from "./levels.ts";
import { cutText } from "./markup.ts";

/** The first of a list, and how many more there are. */
export interface Listed<T> {
  readonly shown: readonly T[];
  readonly more: number;
}

/** Owns the list of what was left out while one text is made. */
export class Shortener {
  readonly level: Level;
  readonly #omitted: string[] = [];
  #cuts = 0;

  constructor(level: Level) {
    this.level = level;
  }

  /** One value, cut where it is too long. */
  readonly cut = (text: string): string => {
    const short = cutText(text, this.level.text);
    if (short !== text) this.#cuts += 1;
    return short;
  };

  /** `what` is a noun that takes an s: `finding`. */
  list<T>(items: readonly T[], what: string, limit: number = this.level.list): Listed<T> {
    const more = Math.max(0, items.length - limit);
    if (more > 0) this.leaveOut(plural(more, what));
    return { shown: more > 0 ? items.slice(0, limit) : items, more };
  }

  /** `list`, with each entry as `view` has it. */
  map<T, View>(items: readonly T[], what: string, view: (item: T) => View): Listed<View> {
    const { shown, more } = this.list(items, what);
    return { shown: shown.map(view), more };
  }

  leaveOut(what: string): void {
    this.#omitted.push(what);
  }

  /** In the order of the text. */
  omitted(): readonly string[] {
    return this.#cuts === 0 ? this.#omitted : [...this.#omitted, `the ends of ${plural(this.#cuts, "long value")}`];
  }
}
