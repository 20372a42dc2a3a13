import type { Address } from "../estate/resource.ts";

/** How a provider's failure is to be taken; classified once, at the rim. */
export type FailureClass = "retryable" | "conflict" | "denied" | "gone" | "invalid";

/** What became of one change. */
export type Outcome =
  | { readonly status: "done"; readonly address: Address; readonly message: string }
  | {
      readonly status: "failed";
      readonly address: Address;
      readonly message: string;
      readonly failure: FailureClass;
      readonly next: string;
    }
  | { readonly status: "held" | "skipped"; readonly address: Address; readonly message: string; readonly next: string };
