/** Counts by key in windows of a minute, and says how long whoever had too many must wait. Memory is bounded. */
export interface Limiter {
  /** Seconds to wait; null where there is room. */
  blockedFor(key: string): number | null;
  count(key: string): void;
}

const WINDOW_MS = 60_000;
const KEYS = 20_000;

export function limits(max: number, now: () => Date): Limiter {
  const windows = new Map<string, { count: number; readonly until: number }>();
  const current = (key: string): { count: number; readonly until: number } | null => {
    const window = windows.get(key);
    return window !== undefined && now().getTime() < window.until ? window : null;
  };
  return {
    blockedFor: (key) => {
      const window = current(key);
      if (window === null || window.count < max) return null;
      return Math.max(1, Math.ceil((window.until - now().getTime()) / 1000));
    },
    count: (key) => {
      const window = current(key) ?? { count: 0, until: now().getTime() + WINDOW_MS };
      window.count += 1;
      windows.delete(key);
      windows.set(key, window);
      const [oldest] = windows.keys();
      if (windows.size > KEYS && oldest !== undefined) windows.delete(oldest);
    },
  };
}

/** One household of addresses: a whole IPv6 network of /64 counts as one. */
export function addressKey(address: string): string {
  if (!address.includes(":") || address.startsWith("::ffff:")) return address;
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string): readonly string[] => (text === "" ? [] : text.split(":"));
  const zeros = Math.max(0, 8 - groups(head).length - groups(tail).length);
  return [...groups(head), ...Array.from({ length: zeros }, () => "0"), ...groups(tail)].slice(0, 4).join(":");
}
