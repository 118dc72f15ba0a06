// The walls between the rooms (docs: the house): who may name whom. They hold only as long as a machine looks.
import { describe, expect, test } from '@jest/globals';
import {
  circle,
  type Edge,
  files,
  imports,
  includes,
  show,
  text,
  withoutComments,
} from '../support/sources';

const lib = files('lib', /\.ts$/);
const libImports = lib.flatMap(imports);
const addonLoader = 'lib/internal/addon.ts';
const contract = 'types/native.d.ts';

// What everybody may use, since it uses nothing of ours itself: the names of the types, the id maps, and the error.
const words = ['lib/types.ts', 'lib/errors.ts', 'lib/idMap.ts'];

const isPublic = (file: string) => file.startsWith('lib/') && !isInternal(file);
const isInternal = (file: string) => file.startsWith('lib/internal/');

/** The edges that break a rule, readable; a test expects none. */
function breaking(edges: Edge[], breaks: (edge: Edge) => boolean): string[] {
  return edges.filter(breaks).map(show);
}

describe('lib', () => {
  test('nobody imports the index', () => {
    expect(breaking(libImports, ({ to }) => to === 'lib/index.ts')).toEqual([]);
  });

  test('the index names public modules only', () => {
    const fromIndex = libImports.filter(({ from }) => from === 'lib/index.ts');
    expect(breaking(fromIndex, ({ to }) => isInternal(to))).toEqual([]);
  });

  test('internal modules use public ones for their types and words only', () => {
    const outward = libImports.filter(({ from, to }) => isInternal(from) && isPublic(to));
    expect(breaking(outward, ({ to, typeOnly }) => !typeOnly && !words.includes(to))).toEqual([]);
  });

  test('the words stand on their own', () => {
    expect(breaking(words.flatMap(imports), ({ to }) => to.startsWith('lib/'))).toEqual([]);
  });

  test('imports make no circle', () => {
    expect(circle(libImports)).toEqual([]);
  });

  test('everything that is imported is there, and nothing comes from other packages', () => {
    const own = /^(node:|lib\/.*\.ts$|types\/.*\.d\.ts$)/;
    expect(breaking(libImports, ({ to }) => !own.test(to))).toEqual([]);
  });

  test('one module loads the addon', () => {
    const loads = /\.node['"`]|\bdlopen\b|\bcreateRequire\b|\brequire\(/;
    const loaders = lib.filter((file) => loads.test(withoutComments(text(file))));
    expect(loaders).toEqual([addonLoader]);
  });

  test('the contract of the addon stands in one file, and internal modules alone read it', () => {
    const readers = libImports.filter(({ to }) => to === contract).map(({ from }) => from);
    expect(readers).toContain(addonLoader);
    expect(readers.filter((file) => !isInternal(file))).toEqual([]);
  });
});

describe('examples', () => {
  test('import what a user imports', () => {
    const all = files('examples', /\.ts$/).flatMap(imports);
    expect(breaking(all, ({ to }) => !/^(node:|linux-namespaces($|\/))/.test(to))).toEqual([]);
  });
});

describe('cpp', () => {
  const sources = files('cpp', /\.(cc|h)$/);
  const all = sources.flatMap(includes);
  const room = (path: string) => /^cpp\/(\w+)\//.exec(path)?.[1];

  // Which rooms each room may look into, besides itself.
  const open: Record<string, string[]> = {
    addon: ['launcher', 'plan', 'kernel'],
    launcher: ['plan', 'kernel'],
    init: ['plan', 'kernel'],
    plan: ['kernel'],
    kernel: [],
  };

  test('every file is in a room', () => {
    expect(sources.filter((file) => !((room(file) ?? '') in open))).toEqual([]);
  });

  test('a room looks only into those below it', () => {
    const walls = ({ from, to }: Edge) => {
      const [here, there] = [room(from) ?? '', room(to)];
      return there !== undefined && there !== here && !open[here]?.includes(there);
    };
    expect(breaking(all, walls)).toEqual([]);
  });

  test('every included file of ours is there', () => {
    expect(breaking(all, ({ to }) => to.startsWith('"'))).toEqual([]);
  });

  test('only the addon sees Node', () => {
    const node = /^<(napi|node|uv|v8|js_native)/;
    expect(breaking(all, ({ from, to }) => node.test(to) && room(from) !== 'addon')).toEqual([]);
  });

  test('the init program, the plan and the kernel room see no libc', () => {
    const free = /^<(linux|asm)\/|^<std(int|def)\.h>$/;
    const bare = all.filter(({ from }) => ['init', 'plan', 'kernel'].includes(room(from) ?? ''));
    expect(breaking(bare, ({ to }) => to.startsWith('<') && !free.test(to))).toEqual([]);
  });

  test('includes make no circle', () => {
    expect(circle(all)).toEqual([]);
  });
});
