/** How a handler ends: a status and what goes with it. */
export type Answer =
  | { readonly kind: "json"; readonly status: number; readonly json: unknown }
  | { readonly kind: "page"; readonly items: readonly unknown[]; readonly present: Present; readonly under?: string }
  | { readonly kind: "empty"; readonly status: number; readonly location?: string }
  | { readonly kind: "bytes"; readonly type: string; readonly bytes: Buffer };

/** Only what is on the page is made. */
type Present = (item: never) => unknown;

export function ok(json: unknown): Answer {
  return { kind: "json", status: 200, json };
}

export function created(json: unknown): Answer {
  return { kind: "json", status: 201, json };
}

export function accepted(json: unknown): Answer {
  return { kind: "json", status: 202, json };
}

export const noContent: Answer = { kind: "empty", status: 204 };

/** A list in pages; `under` a name where GitHub wraps it together with `total_count`. */
export function page<Item>(items: readonly Item[], present: (item: Item) => unknown, under?: string): Answer {
  return { kind: "page", items, present, ...(under === undefined ? {} : { under }) };
}

/** An error as GitHub lists it in a 422. */
export interface Detail {
  readonly resource: string;
  readonly code: string;
  readonly field?: string;
  readonly message?: string;
}

/** What GitHub refuses, in its words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly errors: readonly (Detail | string)[];

  constructor(status: number, message: string, errors: readonly (Detail | string)[] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export function notFound(): ApiError {
  return new ApiError(404, "Not Found");
}

export function invalid(...errors: readonly (Detail | string)[]): ApiError {
  return new ApiError(422, "Validation Failed", errors);
}

/** What a token without the permission is told, whatever it asks for. */
export function forbidden(): ApiError {
  return new ApiError(403, "Resource not accessible by integration");
}
