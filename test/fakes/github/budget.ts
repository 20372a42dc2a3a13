import type { Token } from "./world.ts";

/** A token's hour of requests, as GitHub tells it. */
export interface Budget {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

export interface Budgets {
  read(token: Token): Budget;
  /** False where nothing is left. */
  spend(token: Token): boolean;
  /** An answer that cost nothing after all. */
  refund(token: Token): void;
  /** Leaves so many requests to everybody, this hour. */
  leave(remaining: number): void;
}

const HOUR = 3600;
/** A workflow token's limit is that of its repository; a person's is 5,000. */
const LIMITS: Readonly<Record<Token["kind"], number>> = { person: 5000, installation: 5000, jwt: 5000, anonymous: 60 };

export function createBudgets(now: () => Date): Budgets {
  let spent = new Map<string, number>();
  let left: number | undefined;
  let hour = 0;
  const keyOf = (token: Token): string => `${token.kind} ${token.actor}`;
  const turn = (): void => {
    const current = Math.floor(now().getTime() / 1000 / HOUR);
    if (current === hour) return;
    hour = current;
    spent = new Map();
    left = undefined;
  };
  const read = (token: Token): Budget => {
    turn();
    const limit = LIMITS[token.kind];
    const used = Math.min(limit, (spent.get(keyOf(token)) ?? 0) + (left === undefined ? 0 : limit - left));
    return { limit, used, remaining: limit - used, reset: (hour + 1) * HOUR };
  };
  return {
    read,
    spend: (token) => {
      const isLeft = read(token).remaining > 0;
      if (isLeft) spent.set(keyOf(token), (spent.get(keyOf(token)) ?? 0) + 1);
      return isLeft;
    },
    refund: (token) => {
      spent.set(keyOf(token), Math.max(0, (spent.get(keyOf(token)) ?? 0) - 1));
    },
    leave: (remaining) => {
      turn();
      spent = new Map();
      left = remaining;
    },
  };
}
