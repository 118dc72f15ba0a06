import { readFileSync, writeFileSync } from 'node:fs';
import { NamespaceError } from '../errors';
import { type IdRange, mapLines } from '../idMap';
import type { LauncherMaps, Plan } from '../plan';
import { addon } from './addon';
import { planError } from './failure';
import { isFailure, launch } from './launch';
import { steps } from './steps';

/**
 * Writes the id maps of the child `pid`, which waits at `launcher.await` and is not reaped: its number is its own.
 * Resolves at once when this process has the right itself, later when newuidmap(1) and newgidmap(1) have it.
 * @param done - called once, with the error if there is one
 */
export function writeIdMaps(
  pid: number,
  maps: LauncherMaps,
  done: (error?: NamespaceError) => void,
): void {
  try {
    if (maps.setgroups === 'deny') write(`/proc/${pid}/setgroups`, 'deny');
    if (!maps.helpers) {
      write(`/proc/${pid}/uid_map`, mapLines(maps.uid));
      write(`/proc/${pid}/gid_map`, mapLines(maps.gid));
      done();
      return;
    }
  } catch (error) {
    if (!(error instanceof NamespaceError)) throw error;
    done(error);
    return;
  }
  runHelper('newuidmap', pid, maps.uid, (error) => {
    if (error !== undefined) done(error);
    else runHelper('newgidmap', pid, maps.gid, (error) => done(error ?? setgroupsError(pid, maps)));
  });
}

// newgidmap denies setgroups by itself where /etc/subgid grants none of the ids.
function setgroupsError(pid: number, { setgroups }: LauncherMaps): NamespaceError | undefined {
  const file = `/proc/${pid}/setgroups`;
  if (setgroups === 'deny' || readFileSync(file, 'latin1').trim() === 'allow') return undefined;
  const hint =
    "newgidmap allows setgroups only with ids that /etc/subgid grants: use setgroups: 'deny' or map: 'auto'";
  return new NamespaceError({ step: 'user.map', errno: 1, syscall: 'write', path: file, hint });
}

function write(file: string, content: string): void {
  try {
    writeFileSync(file, content);
  } catch (cause) {
    const { errno = 0, syscall = 'write' } = cause as NodeJS.ErrnoException;
    throw new NamespaceError({
      step: 'user.map',
      errno: -errno,
      syscall,
      path: file,
      hint: 'mapping ids other than your own takes CAP_SETUID and CAP_SETGID, and ids that exist in this user namespace',
    });
  }
}

// A plain child on our own native path: it says nothing, its exit code is the answer.
function runHelper(
  program: string,
  pid: number,
  ranges: readonly IdRange[],
  done: (error?: NamespaceError) => void,
): void {
  const args = ranges.flatMap(({ inside, outside, length }) => [
    String(inside),
    String(outside),
    String(length),
  ]);
  const plan: Plan = { birth: 0, descriptors: [], setup: [], program: [steps.exec(program)] };
  const nothing = addon().nullDevice();
  const started = launch({
    plan,
    argv: [program, String(pid), ...args],
    environment: [],
    inheritsEnvironment: true,
    descriptors: Int32Array.of(nothing, nothing, nothing),
    detached: false,
    onStarted() {},
    onExit({ failure, code }) {
      if (failure !== undefined) done(helperError(program, planError(plan, failure)));
      else if (code !== 0) done(refused(program, ranges));
      else done();
    },
  });
  if (isFailure(started)) done(helperError(program, planError(plan, started)));
}

function helperError(program: string, { errno, syscall }: NamespaceError): NamespaceError {
  const hint = `${program} maps the ids that /etc/subuid and /etc/subgid grant: install it (Debian: uidmap, Fedora: shadow-utils)`;
  return new NamespaceError({ step: 'user.map', errno: -errno, syscall, path: program, hint });
}

function refused(program: string, ranges: readonly IdRange[]): NamespaceError {
  const few = mapLines(ranges.slice(0, 3)).replaceAll('\n', ', ');
  const map = ranges.length > 3 ? `${few}, and ${ranges.length - 3} more` : few;
  const hint = `${program} refused the map ${map}: /etc/subuid and /etc/subgid do not grant it to this user`;
  return new NamespaceError({ step: 'user.map', errno: 1, syscall: 'write', path: program, hint });
}
