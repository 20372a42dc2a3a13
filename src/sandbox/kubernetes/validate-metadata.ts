import { type JsonObject, listIn, objectOf, textOf } from "./schema.ts";
import { type Cause, fieldError, fieldForbidden, fieldTooLong } from "./status.ts";
import { metadataOf } from "./world.ts";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const QUALIFIED_NAME = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

const SUBDOMAIN_WHY =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const DNS_LABEL_WHY =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_WHY =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const NAME_WHY =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

const MOST_ANNOTATION_BYTES = 262_144;

/** Kinds whose names are single DNS labels, or whatever a path segment can hold. */
const LABEL_NAMED: ReadonlySet<string> = new Set(["Namespace", "Service"]);
const FREELY_NAMED: ReadonlySet<string> = new Set(["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"]);

export function metadataCauses(kind: string, object: JsonObject): readonly Cause[] {
  const { name, labels, annotations, finalizers } = metadataOf(object);
  return [
    ...nameCauses(kind, textOf(name)),
    ...labelCauses(objectOf(labels)),
    ...annotationCauses(objectOf(annotations)),
    ...listIn(finalizers).flatMap((finalizer, index) =>
      finalizerCauses(textOf(finalizer), `metadata.finalizers[${index}]`),
    ),
  ];
}

function nameCauses(kind: string, name: string): readonly Cause[] {
  const field = "metadata.name";
  if (FREELY_NAMED.has(kind)) return /[/%]/.test(name) ? [fieldError(field, name, "may not contain '/'")] : [];
  const isLabel = LABEL_NAMED.has(kind);
  if (isLabel && name.length > 63) return [fieldError(field, name, "must be no more than 63 characters")];
  if (name.length > 253) return [fieldError(field, name, "must be no more than 253 characters")];
  if (isLabel) return DNS_LABEL.test(name) ? [] : [fieldError(field, name, DNS_LABEL_WHY)];
  return SUBDOMAIN.test(name) ? [] : [fieldError(field, name, SUBDOMAIN_WHY)];
}

function labelCauses(labels: JsonObject): readonly Cause[] {
  return Object.entries(labels).flatMap(([key, given]) => {
    const value = textOf(given);
    return [
      ...(QUALIFIED_NAME.test(key) ? [] : [fieldError("metadata.labels", key, NAME_WHY)]),
      ...(value.length > 63 ? [fieldError("metadata.labels", value, "must be no more than 63 bytes")] : []),
      ...(LABEL_VALUE.test(value) ? [] : [fieldError("metadata.labels", value, LABEL_WHY)]),
    ];
  });
}

function annotationCauses(annotations: JsonObject): readonly Cause[] {
  const keys = Object.keys(annotations).filter((key) => !QUALIFIED_NAME.test(key.toLowerCase()));
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + textOf(value).length, 0);
  return [
    ...keys.map((key) => fieldError("metadata.annotations", key, NAME_WHY)),
    ...(bytes > MOST_ANNOTATION_BYTES ? [fieldTooLong("metadata.annotations", MOST_ANNOTATION_BYTES)] : []),
  ];
}

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

function finalizerCauses(finalizer: string, field: string): readonly Cause[] {
  if (STANDARD_FINALIZERS.has(finalizer) || finalizer.includes("/") || finalizer.includes(".")) return [];
  return [fieldError(field, finalizer, "name is neither a standard finalizer name nor is it fully qualified")];
}

/** What an update may not do to metadata. The server says each of these twice. */
export function metadataUpdateCauses(object: JsonObject, live: JsonObject): readonly Cause[] {
  const after = metadataOf(object);
  const before = metadataOf(live);
  const isOther = after.uid !== undefined && after.uid !== before.uid;
  const uid = isOther ? [fieldError("metadata.uid", after.uid, "field is immutable")] : [];
  if (before.deletionTimestamp === undefined) return uid;
  const known = new Set(listIn(before.finalizers));
  const added = listIn(after.finalizers).filter((finalizer) => !known.has(finalizer));
  if (added.length === 0) return uid;
  const names = added.map((one) => JSON.stringify(one)).join(", ");
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`;
  return [...uid, fieldForbidden("metadata.finalizers", why)];
}
