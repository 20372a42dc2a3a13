import type { XmlElement } from "@rgrove/parse-xml";

/** Child elements of a name, prefixes aside; none of what is not there. */
export function childrenOf(parent: XmlElement | null, name: string): readonly XmlElement[] {
  return (parent?.children ?? []).filter(
    (node): node is XmlElement => node.type === "element" && localName(node as XmlElement) === name,
  );
}

/** The name without its prefix. */
export function localName({ name }: XmlElement): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

export function firstChild(parent: XmlElement | null, name: string): XmlElement | null {
  return childrenOf(parent, name)[0] ?? null;
}

export function attribute(element: XmlElement, name: string): string | null {
  return Object.hasOwn(element.attributes, name) ? (element.attributes[name] ?? null) : null;
}
