// As much of an ELF file (64 bit, little endian) as says whether a program stands on its own.
import { readFileSync } from 'node:fs';

export const ELF_EXECUTABLE = 2; // ET_EXEC: fixed addresses, nothing to relocate

export const SEGMENT = {
  dynamic: 2, // asks for shared libraries
  interpreter: 3, // asks for ld.so
  tls: 7, // thread-local storage: errno, a libc's start-up
  stack: 0x6474e551, // PT_GNU_STACK
} as const;

export const FLAG = { execute: 1, write: 2 } as const;

export interface Segment {
  type: number;
  flags: number;
}

export interface Elf {
  type: number;
  size: number;
  segments: Segment[];
  /** Names that the program wants from somewhere else; a stripped one has no list, and needs none. */
  undefinedSymbols: string[];
}

export function readElf(path: string): Elf {
  const file = readFileSync(path);
  if (file.toString('latin1', 0, 6) !== '\x7fELF\x02\x01')
    throw new Error(`${path}: no 64 bit ELF`);
  return {
    type: file.readUInt16LE(16),
    size: file.length,
    segments: table(file, 32, 54, 56).map((entry) => ({
      type: entry.readUInt32LE(0),
      flags: entry.readUInt32LE(4),
    })),
    undefinedSymbols: undefinedSymbols(file),
  };
}

// The ELF header says where a table is, how large its entries are, and how many it has.
function table(file: Buffer, offsetAt: number, sizeAt: number, countAt: number): Buffer[] {
  const offset = Number(file.readBigUInt64LE(offsetAt));
  const size = file.readUInt16LE(sizeAt);
  const count = file.readUInt16LE(countAt);
  return Array.from({ length: count }, (_, i) =>
    file.subarray(offset + i * size).subarray(0, size),
  );
}

function undefinedSymbols(file: Buffer): string[] {
  const symbolTables = [2, 11]; // SHT_SYMTAB, SHT_DYNSYM
  const sections = table(file, 40, 58, 60);
  const content = (section: Buffer) => {
    const offset = Number(section.readBigUInt64LE(24));
    return file.subarray(offset, offset + Number(section.readBigUInt64LE(32)));
  };
  return sections
    .filter((section) => symbolTables.includes(section.readUInt32LE(4)))
    .flatMap((section) => {
      const names = sections[section.readUInt32LE(40)];
      return names ? namesWithoutSection(content(section), content(names)) : [];
    });
}

function namesWithoutSection(symbols: Buffer, names: Buffer): string[] {
  const found: string[] = [];
  const symbolSize = 24;
  for (let at = 0; at + symbolSize <= symbols.length; at += symbolSize) {
    const nameAt = symbols.readUInt32LE(at);
    const isUndefined = symbols.readUInt16LE(at + 6) === 0;
    if (isUndefined && nameAt > 0) {
      found.push(names.toString('latin1', nameAt, names.indexOf(0, nameAt)));
    }
  }
  return found;
}
