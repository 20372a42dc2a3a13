/** Whether a text is a certificate as PEM that can be read. */
import { X509Certificate } from "node:crypto";

export function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}
