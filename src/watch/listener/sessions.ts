/** Who has logged in at the page. In memory alone: a restart logs everybody out. */
import { createHash, randomBytes } from "node:crypto";
import type { Visitor } from "./tokens.ts";

export interface Sessions {
  /** Gives the cookie's value. */
  begin(visitor: Visitor): string;
  find(cookie: string): Visitor | null;
  end(cookie: string): void;
}

const LIFETIME_MS = 12 * 3_600_000;
const MOST = 1000;

export function openSessions(now: () => Date): Sessions {
  const known = new Map<string, { readonly visitor: Visitor; readonly until: number }>();
  const keyOf = (cookie: string): string => createHash("sha256").update(cookie).digest("hex");
  return {
    begin: (visitor) => {
      const cookie = randomBytes(32).toString("base64url");
      for (const key of [...known.keys()].slice(0, Math.max(0, known.size - MOST + 1))) known.delete(key);
      known.set(keyOf(cookie), { visitor, until: now().getTime() + LIFETIME_MS });
      return cookie;
    },
    find: (cookie) => {
      const session = known.get(keyOf(cookie));
      return session !== undefined && session.until > now().getTime() ? session.visitor : null;
    },
    end: (cookie) => void known.delete(keyOf(cookie)),
  };
}
