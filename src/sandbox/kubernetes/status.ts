import type { Json } from "../../support/json.ts";
import type { JsonObject } from "./schema.ts";

/** One reason of an Invalid or Conflict status. */
export interface Cause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

interface Failure {
  readonly code: number;
  /** Left out where the server gives none: the 500s of user errors. */
  readonly reason?: string;
  readonly message: string;
  readonly details?: JsonObject;
  readonly metadata?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal, as the client sees it: a Status object. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;

  constructor({ code, reason, message, details, metadata, headers }: Failure) {
    super(message);
    this.code = code;
    this.headers = headers ?? {};
    this.body = {
      kind: "Status",
      apiVersion: "v1",
      metadata: metadata ?? {},
      status: "Failure",
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** A refusal before any resource is known: text, not a Status. */
export class PageNotFound extends Error {
  override readonly name = "PageNotFound";
}

/** What an error is about: `configmaps "c1"`, or `Deployment.apps "d1"` by its kind. */
export interface Subject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly name: string;
}

function detailsOf(subject: Subject, kind: string): JsonObject {
  return {
    ...(subject.name === "" ? {} : { name: subject.name }),
    ...(subject.group === "" ? {} : { group: subject.group }),
    kind,
  };
}

function qualified(name: string, group: string): string {
  return group === "" ? name : `${name}.${group}`;
}

export function badRequest(message: string): StatusError {
  return new StatusError({ code: 400, reason: "BadRequest", message });
}

export function unsupportedType(message: string, details?: JsonObject): StatusError {
  return new StatusError({
    code: 415,
    reason: "UnsupportedMediaType",
    message,
    ...(details === undefined ? {} : { details }),
  });
}

export function notFound(subject: Subject): StatusError {
  const message = `${qualified(subject.plural, subject.group)} "${subject.name}" not found`;
  return new StatusError({ code: 404, reason: "NotFound", message, details: detailsOf(subject, subject.plural) });
}

/** A resource unknown in a group that is known: a status that names nothing. */
export function noSuchResource(): StatusError {
  const message = "the server could not find the requested resource";
  return new StatusError({ code: 404, reason: "NotFound", message, details: {} });
}

export function alreadyExists(subject: Subject): StatusError {
  const message = `${qualified(subject.plural, subject.group)} "${subject.name}" already exists`;
  return new StatusError({ code: 409, reason: "AlreadyExists", message, details: detailsOf(subject, subject.plural) });
}

export function conflict(subject: Subject, why: string, word = subject.plural): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(word, subject.group)} "${subject.name}": ${why}`;
  return new StatusError({ code: 409, reason: "Conflict", message, details: detailsOf(subject, word) });
}

export const MODIFIED = "the object has been modified; please apply your changes to the latest version and try again";

export function forbidden(subject: Subject, why: string, causes: readonly Cause[] = []): StatusError {
  const name = subject.name === "" ? "" : ` "${subject.name}"`;
  const message = `${qualified(subject.plural, subject.group)}${name} is forbidden: ${why}`;
  const details = {
    ...detailsOf(subject, subject.plural),
    ...(causes.length === 0 ? {} : { causes: causes.map(plain) }),
  };
  return new StatusError({ code: 403, reason: "Forbidden", message, details });
}

export function invalid(subject: Subject, causes: readonly Cause[]): StatusError {
  const said = [
    ...new Set(causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`))),
  ];
  const why = said.length === 1 ? said.join("") : `[${said.join(", ")}]`;
  const message = `${qualified(subject.kind, subject.group)} "${subject.name}" is invalid: ${why}`;
  const details = { ...detailsOf(subject, subject.kind), causes: causes.map(plain) };
  return new StatusError({ code: 422, reason: "Invalid", message, details });
}

/** Options of a request are refused as objects of a kind of their own. */
export function invalidOptions(kind: string, cause: Cause): StatusError {
  return invalid({ group: "meta.k8s.io", plural: "", kind, name: "" }, [cause]);
}

function plain({ reason, message, field }: Cause): Json {
  return { ...(reason === undefined ? {} : { reason }), message, ...(field === undefined ? {} : { field }) };
}

export function fieldError(field: string, value: Json | undefined, why: string): Cause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(value ?? null)}: ${why}`, field };
}

export function fieldRequired(field: string, why = ""): Cause {
  return { reason: "FieldValueRequired", message: `Required value${why === "" ? "" : `: ${why}`}`, field };
}

export function fieldForbidden(field: string, why: string): Cause {
  return { reason: "FieldValueForbidden", message: `Forbidden: ${why}`, field };
}

export function fieldTooLong(field: string, bytes: number): Cause {
  return { reason: "FieldValueTooLong", message: `Too long: may not be more than ${bytes} bytes`, field };
}

export function fieldNotSupported(field: string, value: Json | undefined, supported: readonly string[]): Cause {
  const known = supported.map((one) => JSON.stringify(one)).join(", ");
  const message = `Unsupported value: ${JSON.stringify(value ?? null)}: supported values: ${known}`;
  return { reason: "FieldValueNotSupported", message, field };
}
