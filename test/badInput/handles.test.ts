// Handles: arguments that are none, handles that are closed, namespaces that are gone, rights that are missing.
import { describe, expect, test } from '@jest/globals';
import { Namespace, type NamespaceError } from '../../lib/index';
import { beside, composed, everything, withoutLeak } from '../support/handles';
import { asOrdinaryUser } from '../support/needs';
import { permitted, rejection, thrown } from '../support/script';

describe('of', () => {
  test.each([
    [undefined, 'ERR_INVALID_ARG_TYPE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
    ['1', 'ERR_INVALID_ARG_TYPE'],
    [{}, 'ERR_INVALID_ARG_TYPE'],
    [{ pid: 1, exitCode: null, signalCode: null }, 'ERR_INVALID_ARG_TYPE'],
    [{ pidfd: '3' }, 'ERR_INVALID_ARG_TYPE'],
    [{ pidfd: -1 }, 'ERR_OUT_OF_RANGE'],
    [0, 'ERR_OUT_OF_RANGE'],
    [-1, 'ERR_OUT_OF_RANGE'],
    [1.5, 'ERR_OUT_OF_RANGE'],
    [2 ** 31, 'ERR_OUT_OF_RANGE'],
    [Number.NaN, 'ERR_OUT_OF_RANGE'],
  ])('a target that is none: %p', async (target, code) => {
    await withoutLeak(async () => {
      expect(await rejection(Namespace.of(target as number))).toMatchObject({ code });
      expect(await rejection(Namespace.of(target as number, 'uts'))).toMatchObject({ code });
    });
  });

  test('a type or an option that is none', async () => {
    const wrong = { code: 'ERR_INVALID_ARG_VALUE' };
    const of = Namespace.of as (target: number, what: unknown) => Promise<unknown>;
    expect(await rejection(of(process.pid, 'net'))).toMatchObject(wrong);
    expect(await rejection(of(process.pid, { croot: true }))).toMatchObject(wrong);
    expect(await rejection(of(process.pid, { root: 1 }))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    });
    expect(await rejection(Namespace.open('/x', 'net' as 'network'))).toMatchObject(wrong);
    expect(thrown(() => Namespace.current('net' as 'network'))).toMatchObject(wrong);
  });
});

describe('a closed handle', () => {
  const closed = { name: 'Error', code: 'ERR_INVALID_STATE' };

  /** On a namespace that this process is in, and on another one's. */
  async function each(use: (handle: Awaited<ReturnType<typeof open>>) => Promise<void>) {
    await beside(everything, async (child) => {
      for (const target of [process.pid, child]) {
        const handle = await Namespace.of(target as number, 'user');
        handle.close();
        handle.close();
        await use(handle);
      }
    });
  }

  const open = () => Namespace.of(process.pid, 'user');

  test('still knows what it was of', async () => {
    await each(async (handle) => {
      using again = Namespace.current('user');
      expect(handle.type).toBe('user');
      expect(typeof handle.id).toBe('bigint');
      expect(handle.equals(handle)).toBe(true);
      expect(handle.equals(again)).toBe(handle.inode === again.inode);
      expect(handle.types).toEqual(['user']);
    });
  });

  test('every verb is an error that names it, and starts nothing', async () => {
    await each(async (handle) => {
      const message = `user:[${handle.inode}]`;
      const box = composed(handle, Namespace.uts());
      await withoutLeak(async () => {
        for (const verb of [
          () => handle.spawn('true'),
          () => handle.fork('/no/such/module'),
          () => handle.explain(),
          () => handle.owner(),
          () => handle.ownerUid(),
          () => handle.parent(),
          () => handle.fd,
          () => box.spawn('true'),
        ]) {
          const error = thrown(verb);
          expect(error).toMatchObject(closed);
          expect(error.message).toContain(message);
        }
        for (const verb of [
          () => handle.run('true'),
          () => handle.pin('/tmp/x'),
          () => box.run('true'),
          () => Namespace.create(box as never),
        ]) {
          expect(await rejection(verb())).toMatchObject(closed);
        }
      });
    });
  });

  test('of a process as a whole: all of it', async () => {
    await beside(everything, async (child) => {
      for (const target of [process.pid, child]) {
        const whole = await Namespace.of(target as number, { cwd: true });
        const uts = whole.get('uts');
        whole.close();
        whole.close();
        expect(thrown(() => whole.spawn('true'))).toMatchObject(closed);
        expect(await rejection(whole.run('true'))).toMatchObject(closed);
        expect(thrown(() => uts.spawn('true'))).toMatchObject(closed);
      }
    });
  });

  test('one of several that was closed', async () => {
    using whole = await Namespace.of(process.pid);
    whole.get('ipc').close();
    const error = thrown(() => whole.spawn('true'));
    expect(error).toMatchObject(closed);
    expect(error.message).toContain('ipc:[');
  });
});

describe('composing', () => {
  test('a handle and a namespace to create of one type, and two handles', () => {
    using uts = Namespace.current('uts');
    const wrong = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' };
    expect(thrown(() => composed(uts, Namespace.uts()))).toMatchObject(wrong);
    expect(thrown(() => composed(uts, uts)).message).toContain('uts');
  });

  test('what is no part', () => {
    expect(thrown(() => composed(5))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    expect(thrown(() => composed({ type: 'uts' }))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
  });

  test('a handle cannot be made by hand', () => {
    using uts = Namespace.current('uts');
    const Handle = uts.constructor as unknown as new (...args: unknown[]) => unknown;
    expect(() => new Handle()).toThrow(TypeError);
    expect(() => new Handle({ type: 'uts' })).toThrow(TypeError);
  });
});

describe('what a type has not', () => {
  test('a parent: neither pid nor user', () => {
    using uts = Namespace.current('uts');
    const error = thrown<NamespaceError>(() => uts.parent());
    expect(error).toMatchObject({ name: 'NamespaceError', code: 'EINVAL', syscall: 'ioctl' });
    expect(error.hint).toContain('pid and user');
  });

  test('an owner’s uid: no user', () => {
    using uts = Namespace.current('uts');
    expect(thrown(() => uts.ownerUid())).toMatchObject({ name: 'NamespaceError', code: 'EINVAL' });
  });

  test('a parent or an owner above one’s own', async () => {
    await withoutLeak(async () => {
      using user = Namespace.current('user');
      for (const ask of [() => user.parent(), () => user.owner()]) {
        const error = thrown<NamespaceError>(ask);
        expect(error).toMatchObject({ name: 'NamespaceError', code: 'EPERM' });
        expect(error.hint).toContain('above');
      }
    });
  });
});

describe('rights that are missing', () => {
  asOrdinaryUser('over a network of one’s own user namespace: which, and what to do', async () => {
    await beside(permitted(Namespace.network()), async (child) => {
      using network = await Namespace.of(child, 'network');
      const error = await rejection<NamespaceError>(network.run('true'));
      expect(error).toMatchObject({
        name: 'NamespaceError',
        code: 'EPERM',
        syscall: 'setns',
        step: 'namespace.join',
        path: `net:[${network.inode}]`,
      });
      expect(error.hint).toContain('CAP_SYS_ADMIN');
      expect(error.hint).toContain('handle.owner()');
      using owner = network.owner();
      expect((await composed(owner, network).run('true')).exitCode).toBe(0);
    });
  });

  asOrdinaryUser('to create without a user namespace', async () => {
    await withoutLeak(async () => {
      const error = await rejection<NamespaceError>(Namespace.create(Namespace.uts()));
      expect(error).toMatchObject({ name: 'NamespaceError', code: 'EPERM' });
      expect(error.hint).toContain('Namespace.user()');
    });
  });
});

describe('namespaces that are gone', () => {
  test('a pid namespace whose PID 1 has ended takes nobody', async () => {
    const child = everything.spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const over = new Promise((resolve) => child.once('close', resolve));
    using whole = await Namespace.of(child);
    child.kill('SIGKILL');
    await over;
    await withoutLeak(async () => {
      for (const box of [whole, composed(whole.get('user'), whole.get('pid'))]) {
        const error = await rejection<NamespaceError>(box.run('true'));
        expect(error).toMatchObject({
          name: 'NamespaceError',
          code: 'ENOMEM',
          step: 'process.fork',
        });
        expect(error.hint).toContain('PID 1 has ended');
      }
    });
    const rest = composed(whole.get('user'), whole.get('network'), whole.get('uts'));
    expect((await rest.run('true')).exitCode).toBe(0);
  });

  test('the file of a process that has ended', async () => {
    const child = Namespace.none.spawn('true', { stdio: 'ignore' });
    const { pid } = child;
    await new Promise((resolve) => child.once('close', resolve));
    expect(await rejection(Namespace.open(`/proc/${pid}/ns/uts`))).toMatchObject({
      code: 'ENOENT',
    });
  });
});
