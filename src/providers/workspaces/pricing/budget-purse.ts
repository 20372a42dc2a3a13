/** A budget's room, and the savings that add to it. */
import { add, type MicroUsd, microUsd, NOTHING, subtract } from "../../../support/money.ts";

interface Saving {
  readonly address: string;
  readonly amount: MicroUsd;
}

/** Room that is there, then savings piece by piece: each piece is spent once, so that nobody waits for all of them. */
export interface Purse {
  /** What can be spent, savings with it; negative where they do not bring an exceeded budget back to its limit. */
  reach: MicroUsd;
  room: MicroUsd;
  readonly savings: Saving[];
  /** Savings that bring an exceeded budget back to its limit: whatever costs more waits for them. */
  readonly first: readonly string[];
}

export function openPurse(room: MicroUsd, savings: readonly Saving[]): Purse {
  const reach = savings.reduce((sum, { amount }) => add(sum, amount), room);
  const purse = { reach, room, savings: [...savings] };
  return Object.assign(purse, { first: draw(purse, NOTHING) });
}

/** Spends no more than `reach`; the addresses are those of the savings that it takes. */
export function spend(purse: Purse, amount: MicroUsd): readonly string[] {
  const drawn = draw(purse, amount);
  purse.room = subtract(purse.room, amount);
  purse.reach = subtract(purse.reach, amount);
  return [...purse.first, ...drawn];
}

/** Turns savings into room until there is `wanted` of it, as far as they go. */
function draw(purse: Pick<Purse, "room" | "savings">, wanted: MicroUsd): readonly string[] {
  const drawn: string[] = [];
  for (let next = purse.savings[0]; next !== undefined && purse.room < wanted; next = purse.savings[0]) {
    const piece = microUsd(Math.min(next.amount, wanted - purse.room));
    const left = subtract(next.amount, piece);
    purse.room = add(purse.room, piece);
    drawn.push(next.address);
    if (left > 0) purse.savings[0] = { address: next.address, amount: left };
    else purse.savings.shift();
  }
  return drawn;
}
