import { crc32 } from "node:zlib";

interface Placed {
  readonly name: Buffer;
  readonly content: Buffer;
  readonly at: number;
}

/** A zip of files as they are, not compressed. */
export function zipFiles(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const placed: Placed[] = [];
  let at = 0;
  for (const [path, text] of Object.entries(files)) {
    const file = { name: Buffer.from(path), content: Buffer.from(text), at };
    const head = Buffer.concat([localHeader(file), file.name]);
    placed.push(file);
    parts.push(head, file.content);
    at += head.length + file.content.length;
  }
  const index = Buffer.concat(placed.map((file) => Buffer.concat([indexEntry(file), file.name])));
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(placed.length, 8);
  end.writeUInt16LE(placed.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, index, end]);
}

const UTF8_NAMES = 0x800;
const EPOCH_DAY = 0x21;

function localHeader({ name, content }: Placed): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  writeFacts(head.subarray(6), name, content);
  return head;
}

function indexEntry({ name, content, at }: Placed): Buffer {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(20, 6);
  writeFacts(head.subarray(8), name, content);
  head.writeUInt32LE(at, 42);
  return head;
}

/** What both kinds of header say in the same order. */
function writeFacts(into: Buffer, name: Buffer, content: Buffer): void {
  into.writeUInt16LE(UTF8_NAMES, 0);
  into.writeUInt16LE(EPOCH_DAY, 6);
  into.writeUInt32LE(crc32(content), 8);
  into.writeUInt32LE(content.length, 12);
  into.writeUInt32LE(content.length, 16);
  into.writeUInt16LE(name.length, 20);
}
