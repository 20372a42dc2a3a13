/** Whether the checksum of an age recipient holds (BIP 173), without what seals to it: documents are checked more often. */
const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;

export function hasChecksum(recipient: string): boolean {
  const [head = "", data = ""] = recipient.split("1", 2);
  const codes = Array.from(head).map((letter) => letter.charCodeAt(0));
  const values = Array.from(data).map((letter) => ALPHABET.indexOf(letter));
  if (values.includes(-1)) return false;
  return polymod([...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...values]) === 1;
}

function polymod(values: readonly number[]): number {
  return values.reduce((sum, value) => {
    const top = sum >> 25;
    const next = ((sum & 0x1ffffff) << 5) ^ value;
    return GENERATORS.reduce((all, generator, bit) => (((top >> bit) & 1) === 1 ? all ^ generator : all), next);
  }, 1);
}
