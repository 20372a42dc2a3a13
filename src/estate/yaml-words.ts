import type { ErrorCode } from "yaml";

/** YAML syntax errors in plain words. The library's own messages can quote the document, so they are not used. */
const WORDS: Readonly<Partial<Record<ErrorCode, readonly [message: string, hint: string]>>> = {
  ALIAS_PROPS: ["an alias (*name) cannot carry an anchor or a tag", "write the alias alone"],
  BAD_ALIAS: ["this anchor or alias has no usable name", "write &name at the value and *name where it is repeated"],
  BAD_DQ_ESCAPE: [
    "this backslash escape is not one that YAML knows",
    "write \\\\ for a backslash, or use single quotes",
  ],
  BAD_INDENT: [
    "the indentation does not fit the lines around it",
    "indent everything of one mapping or list by the same number of spaces",
  ],
  BAD_PROP_ORDER: ["an anchor must stand directly before its value", "move &name directly before the value"],
  BAD_SCALAR_START: ["text cannot begin with this character", "put the text in quotes"],
  BLOCK_AS_IMPLICIT_KEY: [
    "a mapping begins where a value should be on one line",
    'put text that holds ": " in quotes, or start a new, indented line',
  ],
  BLOCK_IN_FLOW: ["an indented block cannot stand inside { } or [ ]", "write the inner part with { } or [ ] too"],
  KEY_OVER_1024_CHARS: ["a key is longer than 1024 characters", 'is a ":" or a quote missing?'],
  MISSING_CHAR: [
    "a character is missing before this place: a closing quote, a bracket, a comma, or a space after a colon",
    "look at the line above too",
  ],
  MULTILINE_IMPLICIT_KEY: [
    "a key goes over more than one line",
    'is a ":" missing after the key, or a quote at the end of a value?',
  ],
  MULTIPLE_ANCHORS: ["a value can have one anchor only", "remove one &name"],
  MULTIPLE_DOCS: ["a second document begins here", "separate documents by a line with ---"],
  TAB_AS_INDENT: ["a tab is used as indentation", "indent with spaces"],
  UNEXPECTED_TOKEN: [
    "this is not expected here",
    "look for a missing quote, comma or bracket, or an indentation that differs, on this line or the one above",
  ],
  BAD_COLLECTION_TYPE: [
    "a list stands where a mapping was announced, or the other way round",
    "use - for lists and key: for mappings",
  ],
};

/** What a syntax error of the YAML library means, and what to do. */
export function yamlWords(code: ErrorCode): readonly [message: string, hint: string] {
  return (
    WORDS[code] ?? [
      "this is not valid YAML",
      "look for a missing quote, bracket or colon on this line or the one above",
    ]
  );
}
