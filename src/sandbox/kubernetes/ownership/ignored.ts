import { type FieldSet, fieldSet, union } from "./field-set.ts";

const METADATA = [
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "generation",
  "managedFields",
  "resourceVersion",
];

const IDENTITY: FieldSet = fieldSet(
  ["f:apiVersion", "f:kind"],
  [
    [
      "f:metadata",
      fieldSet(
        METADATA.map((name) => `f:${name}`),
        [],
      ),
    ],
  ],
);

/** Fields that nobody owns: an object's identity, and what the endpoint written to does not write. */
export function ignoredFields(resets: readonly string[]): FieldSet {
  return union(
    IDENTITY,
    fieldSet(
      resets.map((name) => `f:${name}`),
      [],
    ),
  );
}
