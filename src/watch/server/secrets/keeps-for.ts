/** Values by key for a while, so many at most. */
export interface Kept<Value> {
  /** Null where there is none, or it is too old. */
  get(key: string): Value | null;
  set(key: string, value: Value): void;
  forget(key: string): void;
}

const MOST = 50_000;

export function keepsFor<Value>(milliseconds: number, now: () => number): Kept<Value> {
  const values = new Map<string, { readonly value: Value; readonly until: number }>();
  return {
    get: (key) => {
      const kept = values.get(key);
      return kept !== undefined && now() < kept.until ? kept.value : null;
    },
    set: (key, value) => {
      values.delete(key);
      values.set(key, { value, until: now() + milliseconds });
      const [oldest] = values.keys();
      if (values.size > MOST && oldest !== undefined) values.delete(oldest);
    },
    forget: (key) => {
      values.delete(key);
    },
  };
}
