import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { Readable } from 'node:stream';
import { NamespaceError } from './errors';
import { usageOf } from './internal/childProcess';
import * as validate from './internal/validate';
import { AbortError, spawn } from './spawn';
import type { Spec } from './spec';
import type { Usage } from './usage';

/** Options of `run`: those of `spawn`, but for `stdio`, and what follows. */
export interface RunOptions extends Omit<SpawnOptions, 'stdio'> {
  /**
   * What the program reads from its stdin; without it, nothing.
   */
  readonly input?: string | Uint8Array;
  /**
   * `'buffer'` gives the output as it is, an encoding gives strings.
   * @default 'utf8'
   */
  readonly encoding?: BufferEncoding | 'buffer';
  /**
   * Most bytes of stdout, and of stderr. A program that writes more is killed, with its whole pid namespace.
   * @default 1048576
   */
  readonly maxBuffer?: number;
}

export interface RunResult<Output = string> {
  readonly stdout: Output;
  readonly stderr: Output;
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly usage: Usage;
}

interface RunSettings {
  readonly input: string | Uint8Array | undefined;
  readonly encoding: BufferEncoding | 'buffer';
  readonly maxBuffer: number;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly spawnOptions: SpawnOptions;
}

/**
 * Runs a program to its end. A program that fails is a result, not an error. Rejects when it could not be started
 * ({@link NamespaceError}), was aborted (`AbortError`), took longer than `timeout` (`ETIMEDOUT`) or wrote more than
 * `maxBuffer` (`ERR_CHILD_PROCESS_STDIO_MAXBUFFER`); the last three carry `stdout` and `stderr` as far as they came.
 */
export async function run(
  spec: Spec,
  command: unknown,
  args?: unknown,
  options?: unknown,
): Promise<RunResult<string | Buffer>> {
  const isShort = !Array.isArray(args) && args != null;
  const settings = runSettings(isShort ? args : options);
  if (settings.signal?.aborted) throw new AbortError(settings.signal.reason);
  const child = spawn(spec, command, isShort ? [] : args, settings.spawnOptions);
  // A program that does not read to the end closes its stdin: no failure of ours.
  child.stdin?.on('error', () => {}).end(settings.input);

  let failure: Error | undefined;
  const stop = (error: Error) => {
    failure ??= error;
    child.kill(settings.spawnOptions.killSignal);
    // Whoever inherited the pipes and lives on does not keep us waiting.
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  };
  const stdout = collect(child.stdout, 'stdout', settings.maxBuffer, stop);
  const stderr = collect(child.stderr, 'stderr', settings.maxBuffer, stop);
  await end(child, settings, stop, (error) => {
    failure ??= error;
  });
  const decode = (chunks: Buffer[]) => {
    const bytes = Buffer.concat(chunks);
    return settings.encoding === 'buffer' ? bytes : bytes.toString(settings.encoding);
  };
  const output = { stdout: decode(stdout), stderr: decode(stderr) };
  const usage = usageOf(child);
  if (failure !== undefined || usage === undefined)
    throw Object.assign(failure ?? new Error('no exit'), output);
  return { ...output, exitCode: child.exitCode, signal: child.signalCode, usage };
}

// Resolves when the child and its streams have ended, or it never started.
function end(
  child: ChildProcess,
  { timeout, signal }: RunSettings,
  stop: (error: Error) => void,
  onError: (error: Error) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const onAbort = () => stop(new AbortError(signal?.reason));
    const timer =
      timeout === 0
        ? undefined
        : setTimeout(() => {
            stop(
              new NamespaceError({
                step: 'run',
                errno: 110,
                syscall: 'run',
                hint: `it took longer than ${timeout} ms`,
              }),
            );
          }, timeout);
    signal?.addEventListener('abort', onAbort, { once: true });
    child.once('error', onError);
    child.once('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}

function collect(
  stream: Readable | null,
  name: string,
  most: number,
  stop: (error: Error) => void,
): Buffer[] {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    const room = most - size;
    size += chunk.length;
    chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (size > most) stop(validate.tooMuchOutput(name));
  });
  return chunks;
}

function runSettings(options: unknown): RunSettings {
  if (options != null && (typeof options !== 'object' || Array.isArray(options))) {
    throw validate.invalidType('options', 'of type object', options);
  }
  const {
    input,
    encoding = 'utf8',
    maxBuffer = 1024 * 1024,
    timeout = 0,
    signal,
    ...rest
  } = (options ?? {}) as RunOptions;
  if ('stdio' in rest) {
    throw validate.invalidValue(
      'options.stdio',
      'belongs to spawn: run reads the output itself',
      rest.stdio,
    );
  }
  if (input !== undefined && typeof input !== 'string' && !(input instanceof Uint8Array)) {
    throw validate.invalidType('options.input', 'of type string or Uint8Array', input);
  }
  if (encoding !== 'buffer' && !Buffer.isEncoding(encoding)) {
    throw validate.invalidValue('options.encoding', "must be an encoding or 'buffer'", encoding);
  }
  if (signal != null && !(signal instanceof AbortSignal)) {
    throw validate.invalidType('options.signal', 'an instance of AbortSignal', signal);
  }
  return {
    input,
    encoding,
    maxBuffer: validate.integer(maxBuffer, 'options.maxBuffer', 0, Number.MAX_SAFE_INTEGER),
    timeout: validate.integer(timeout, 'options.timeout', 0, 0x7fff_ffff),
    signal,
    spawnOptions: { ...rest, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] },
  };
}
