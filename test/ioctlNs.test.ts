import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Namespace, type NamespaceHandles } from '../lib/index';
import { constants, nsGetNstype, nsGetOwnerUid, nsGetParent, nsGetUserns } from '../lib/syscall';
import { thrown } from './support/script';

const inode = (fd: number) => fstatSync(fd, { bigint: true }).ino;

describe('of namespaces below this process', () => {
  let made: NamespaceHandles<'user' | 'uts'>;
  beforeAll(async () => {
    made = await Namespace.create(Namespace.user(), Namespace.uts());
  });
  afterAll(() => made.close());

  test('the owner of a uts namespace is the user namespace that it was made beside', () => {
    const fd = nsGetUserns(made.get('uts').fd);
    expect(inode(fd)).toBe(made.get('user').inode);
    closeSync(fd);
  });

  test('the parent of a user namespace is the one that it was made in', () => {
    const fd = nsGetParent(made.get('user').fd);
    expect(inode(fd)).toBe(statSync('/proc/self/ns/user', { bigint: true }).ino);
    closeSync(fd);
  });

  test('the type is the flag', () => {
    expect(nsGetNstype(made.get('uts').fd)).toBe(constants.CLONE_NEWUTS);
    expect(nsGetNstype(made.get('user').fd)).toBe(constants.CLONE_NEWUSER);
  });

  test('the owner is who made it', () => {
    expect(nsGetOwnerUid(made.get('user').fd)).toBe(process.geteuid?.());
  });

  test('what a type has not is EINVAL', () => {
    for (const call of [nsGetParent, nsGetOwnerUid]) {
      const error = thrown(() => call(made.get('uts').fd));
      expect(error).toMatchObject({
        code: 'EINVAL',
        syscall: 'ioctl',
        hint: expect.stringContaining('type has none'),
      });
    }
  });
});

test('what is no namespace', () => {
  const fd = openSync('/dev/null', 'r');
  expect(thrown(() => nsGetUserns(fd))).toMatchObject({ name: 'NamespaceError', code: 'ENOTTY' });
  closeSync(fd);
  expect(thrown(() => nsGetNstype(-1))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
});
