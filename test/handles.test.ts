import { describe, expect, test } from '@jest/globals';
import { Namespace, NamespaceHandle, NamespaceHandles } from '../lib/index';
import { descriptors } from './hazards/fixtures/processes';
import { beside, composed, everything, types, withoutLeak } from './support/handles';
import { permitted, thrown } from './support/script';

test('is a namespace, frozen, with handles on each of its types', async () => {
  using whole = await Namespace.of(process.pid);
  expect(whole).toBeInstanceOf(NamespaceHandles);
  expect(whole).toBeInstanceOf(Namespace);
  expect(Object.isFrozen(whole)).toBe(true);
  expect(whole.types).toEqual(types);
  for (const handle of whole) {
    expect(handle).toBeInstanceOf(NamespaceHandle);
    expect(whole.get(handle.type)).toBe(handle);
  }
  expect([...whole].map(({ type }) => type)).toEqual(types);
});

test('a type that is not among them', async () => {
  using made = await Namespace.create(permitted(Namespace.uts()) as Namespace<'uts'>);
  const error = thrown(() => made.get('ipc' as 'uts'));
  expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
  expect(error.message).toContain('uts');
});

describe('closing', () => {
  test('closes all of them, and once only', async () => {
    await withoutLeak(async () => {
      const whole = await Namespace.of(process.pid, { root: true, cwd: true });
      const before = descriptors().size;
      whole.close();
      // Eight namespaces, the pidfd and two folders.
      expect(before - descriptors().size).toBe(11);
      using other = Namespace.current('uts');
      whole.close();
      whole[Symbol.dispose]();
      await whole[Symbol.asyncDispose]();
      expect(other.fd).toBeGreaterThan(2);
      expect(descriptors().get(other.fd)).toBe(`uts:[${other.inode}]`);
    });
  });

  test('one of them leaves the others', async () => {
    await beside(everything, async (child) => {
      using whole = await Namespace.of(child);
      whole.get('ipc').close();
      const rest = composed(whole.get('user'), whole.get('uts'));
      expect((await rest.run('true')).exitCode).toBe(0);
    });
  });

  test('while a program runs there changes nothing for it', async () => {
    await beside(everything, async (child) => {
      const whole = await Namespace.of(child);
      const running = whole.run('sh', ['-c', 'read line; echo "$line"'], { input: 'on\n' });
      whole.close();
      expect((await running).stdout).toBe('on\n');
    });
  });
});

test('composes with namespaces to create', async () => {
  await beside(permitted(Namespace.uts({ hostname: 'joined' })), async (child) => {
    using uts = await Namespace.of(child, 'uts');
    using user = await Namespace.of(child, 'user');
    const box = composed(user, uts, Namespace.pid(), Namespace.ipc());
    expect(box.types).toEqual(['ipc', 'pid', 'user', 'uts']);
    const { stdout } = await box.run('sh', ['-c', 'echo "$$ $(hostname)"']);
    expect(stdout).toBe('1 joined\n');
  });
});
