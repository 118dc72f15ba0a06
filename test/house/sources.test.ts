// Two builds, one list of sources: binding.gyp ships, cpp/CMakeLists.txt serves the developers.
import { expect, test } from '@jest/globals';
import { files, text } from '../support/sources';

/** The sources of each target of binding.gyp, in which `target_name` stands before `sources`. */
function gypTargets(): Map<string, string[]> {
  const targets = text('binding.gyp')
    .split(/['"]target_name['"]\s*:/)
    .slice(1);
  const quoted = /['"]([^'"]+)['"]/g;
  return new Map(
    targets.map((target) => {
      const name = /['"]([^'"]+)['"]/.exec(target)?.[1] ?? '';
      const list = /['"]sources['"]\s*:\s*\[([^\]]*)\]/.exec(target)?.[1] ?? '';
      return [name, [...list.matchAll(quoted)].map((match) => match[1] ?? '')];
    }),
  );
}

function gypSources(name: string): string[] {
  return [...(gypTargets().get(name) ?? [])].sort();
}

function cmakeSources(...names: string[]): string[] {
  const code = text('cpp/CMakeLists.txt');
  return names
    .flatMap((name) => new RegExp(`set\\(${name}\\s([^)]*)\\)`).exec(code)?.[1]?.split(/\s+/) ?? [])
    .filter(Boolean)
    .map((source) => `cpp/${source}`)
    .sort();
}

test('the addon is built from the same files', () => {
  const gyp = gypSources('linux_namespaces');
  expect(gyp).not.toEqual([]);
  expect(cmakeSources('LNS_ADDON_SOURCES', 'LNS_LAUNCHER_SOURCES')).toEqual(gyp);
});

test('the init program is built from the same files', () => {
  const gyp = gypSources('lns-init');
  expect(gyp).not.toEqual([]);
  expect(cmakeSources('LNS_INIT_SOURCES')).toEqual(gyp);
});

test('no source file is forgotten by both', () => {
  const built = new Set([...gypTargets().values()].flat());
  expect(files('cpp', /\.(cc|S)$/).filter((file) => !built.has(file))).toEqual([]);
});
