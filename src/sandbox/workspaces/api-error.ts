/** An error of the service, as its client sees it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The modelled name, for example `ResourceNotFoundException`. */
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

export function notFound(what: string, id: string): ApiError {
  return new ApiError("ResourceNotFoundException", `The specified ${what} ${id} could not be found.`);
}

export function invalid(message: string): ApiError {
  return new ApiError("InvalidParameterValuesException", message);
}

/** What the service says of a request that its own model forbids; no client-side validation stops those. */
export function violates(member: string, constraint: string): ApiError {
  return new ApiError(
    "ValidationException",
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

export function unsupported(message: string): ApiError {
  return new ApiError("OperationNotSupportedException", message);
}
