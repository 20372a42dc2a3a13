/** Thousandths of a core of `2` or `500m`, as the schema lets them pass. */
export function millicores(text: string): number {
  return text.endsWith("m") ? Number(text.slice(0, -1)) : Number(text) * 1000;
}

/** Mi of `512Mi` or `4Gi`. */
export function mebibytes(text: string): number {
  return Number(text.slice(0, -2)) * (text.endsWith("Gi") ? 1024 : 1);
}
