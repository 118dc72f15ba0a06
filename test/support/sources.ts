// The source files as text, and who names whom: what the tests of the house look at.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export const root = join(__dirname, '..', '..');

/** Paths from the root, sorted. */
export function files(folder: string, ending: RegExp): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name))
    .sort();
}

export function text(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** A file and what it names: a path from the root when it is ours, else the name as it is written. */
export interface Edge {
  from: string;
  to: string;
  /** `import type`: gone when the program runs. */
  typeOnly: boolean;
}

/** Imports, exports from, `import()` and `require()`. */
export function imports(path: string): Edge[] {
  const code = withoutComments(text(path));
  const pattern =
    /\b(?:import|export)\s+(type\s)?[^;'"]*?\bfrom\s*'([^']+)'|\bimport\s*'([^']+)'|\b(?:import|require)\(\s*'([^']+)'/g;
  return [...code.matchAll(pattern)].map((match) => {
    const name = match[2] ?? match[3] ?? match[4] ?? '';
    const to = name.startsWith('.') ? resolveModule(path, name) : name;
    return { from: path, to, typeOnly: match[1] !== undefined };
  });
}

function resolveModule(from: string, name: string): string {
  const bare = normalize(join(dirname(from), name)).replace(/\.js$/, '');
  const candidates = [bare, `${bare}.ts`, `${bare}.d.ts`, join(bare, 'index.ts')];
  const found = candidates.find(isFile);
  return found ?? bare;
}

/** `#include "x"` is ours (beside the file, or from cpp/ on); `<x>` is the system's and keeps its brackets. */
export function includes(path: string): Edge[] {
  const pattern = /^\s*#\s*include\s*(<[^>]+>|"[^"]+")/gm;
  return [...text(path).matchAll(pattern)].map((match) => {
    const name = match[1] ?? '';
    if (name.startsWith('<')) return { from: path, to: name, typeOnly: false };
    const own = name.slice(1, -1);
    const candidates = [join(dirname(path), own), join('cpp', own)].map((file) => normalize(file));
    return { from: path, to: candidates.find(isFile) ?? name, typeOnly: false };
  });
}

/** The first circle that the edges make, as a list of files; empty when there is none. */
export function circle(edges: readonly Edge[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of edges) targets.set(from, [...(targets.get(from) ?? []), to]);
  const finished = new Set<string>();
  const visit = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return [];
    for (const next of targets.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found.length > 0) return found;
    }
    finished.add(file);
    return [];
  };
  for (const file of targets.keys()) {
    const found = visit(file, []);
    if (found.length > 0) return found;
  }
  return [];
}

export function show({ from, to }: Edge): string {
  return `${from} -> ${to}`;
}

/** Block and line comments; strings keep their slashes, since `//` counts only after a space or at the start. */
export function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function isFile(path: string): boolean {
  return statSync(join(root, path), { throwIfNoEntry: false })?.isFile() ?? false;
}
