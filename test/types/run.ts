// Compile-time tests, checked by `npm run test:types`: what the verbs take and give.
import {
  Namespace,
  type NamespaceChild,
  type NamespaceError,
  type Probe,
  type RunResult,
  type Usage,
} from '../../lib/index';
import { clone, constants, setns, unshare, waitid } from '../../lib/syscall';

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => undefined;

const box = Namespace.none;

export async function results(): Promise<void> {
  const plain = await box.run('a');
  holds<Same<typeof plain, RunResult>>();
  holds<Same<typeof plain.stdout, string>>();
  holds<Same<typeof plain.exitCode, number | null>>();
  holds<Same<typeof plain.signal, NodeJS.Signals | null>>();
  holds<Same<typeof plain.usage, Usage>>();
  const bytes = await box.run('a', ['b'], { encoding: 'buffer' });
  holds<Same<typeof bytes, RunResult<Buffer>>>();
  holds<Same<typeof bytes.stderr, Buffer>>();
  const short = await box.run('a', { encoding: 'buffer', timeout: 5 });
  holds<Same<typeof short.stdout, Buffer>>();
  const latin = await box.run('a', [], { encoding: 'latin1' });
  holds<Same<typeof latin.stdout, string>>();
  const optioned = await box.run('a', { cwd: '/', input: new Uint8Array() });
  holds<Same<typeof optioned.stdout, string>>();
  const probes = await Namespace.probe();
  holds<Same<typeof probes, readonly Probe[]>>();
  holds<Same<Probe['error'], NamespaceError | undefined>>();
}

holds<Same<ReturnType<typeof box.spawn>, NamespaceChild>>();
holds<Same<ReturnType<typeof box.fork>, NamespaceChild>>();
holds<Same<ReturnType<typeof box.explain>, string>>();

box.spawn('a', ['b'], { stdio: 'inherit', uid: 5, signal: AbortSignal.timeout(5) });
box.spawn('a', { cwd: new URL('file:///') });
box.fork(new URL('file:///a.js'), { silent: true, serialization: 'advanced' });

// @ts-expect-error: no command
box.spawn();
// @ts-expect-error: arguments are words
box.spawn('a', [5]);
// @ts-expect-error: an option that child_process.spawn has not
box.spawn('a', { stdioo: 'pipe' });
// @ts-expect-error: no such encoding
void box.run('a', [], { encoding: 'utf9' });
// @ts-expect-error: run reads the output itself
void box.run('a', [], { stdio: 'inherit' });
// @ts-expect-error: input is no number
void box.run('a', [], { input: 5 });

unshare(constants.CLONE_NEWUTS);
unshare(constants.CLONE_NEWPID, { permit: ['pid'] });
setns(5, constants.CLONE_NEWUTS);
holds<Same<ReturnType<typeof clone>, { pid: number; pidfd: number }>>();
// @ts-expect-error: flags are numbers
unshare('uts');
// @ts-expect-error: no such permission
unshare(constants.CLONE_NEWPID, { permit: ['all'] });
// @ts-expect-error: a clone ends with an exec
clone({ flags: 0 });
// @ts-expect-error: it may not have ended
waitid(5, { nohang: true }).code;
