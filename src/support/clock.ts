/** Time, passed in: no pure function and no provider reads the machine's clock by itself. */
export interface Clock {
  now(): Date;
  /** Resolves after `milliseconds`, or rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** What is planned, and for when. */
export interface Planning {
  readonly clock: Clock;
  /** Another instant than the clock's, for somebody who asks how it will be then; such a plan is never applied. */
  readonly asOf?: Date;
}

/** The instant that decides what is due. Waits, leases and limits go by the clock itself. */
export function plannedInstant({ clock, asOf }: Planning): Date {
  return asOf ?? clock.now();
}
