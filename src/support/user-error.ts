import { type Diagnostic, describeDiagnostic } from "./diagnostic.ts";

/**
 * Something that a user can mend: printed as its diagnostics, without a stack. Anything else that is thrown is a bug
 * and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map(describeDiagnostic).join("\n"), options);
    this.diagnostics = diagnostics;
  }
}

/** A `UserError` of one finding that has no place in a file. */
export function userError(code: string, message: string, hint?: string): UserError {
  return new UserError([{ severity: "error", code, message, at: null, ...(hint === undefined ? {} : { hint }) }]);
}
