/** What runs now, for the person who waits. Never part of a result. */
export interface Progress {
  /** A step begins, or moves on: "reading hub hub-eu", 3 of 12, waiting for …. */
  step(text: string, count?: { readonly done: number; readonly of: number }): void;
}
