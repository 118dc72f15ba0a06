import * as validate from './internal/validate';

/** How mounts and unmounts travel between this tree and others (mount_namespaces(7)). */
export type Propagation = 'private' | 'slave' | 'shared' | 'unbindable';

/** What a mount forbids (mount_setattr(2)). */
export interface MountAttributes {
  /** @default false */
  readonly readonly?: boolean;
  /** Set-user-id bits and file capabilities give nothing. @default false */
  readonly nosuid?: boolean;
  /** Device nodes are no devices. @default false */
  readonly nodev?: boolean;
  /** Nothing can be executed. @default false */
  readonly noexec?: boolean;
}

export interface BindOptions extends MountAttributes {
  /**
   * Whether the mounts beneath the source come along. An ordinary user must take them: the kernel does not uncover what
   * they hide.
   * @default true
   */
  readonly recursive?: boolean;
}

export interface TmpfsOptions extends MountAttributes {
  /**
   * Most bytes it may hold, in bytes.
   * @default half of the memory, the kernel's default
   */
  readonly size?: number;
  /**
   * Mode of its top folder.
   * @default 0o1777
   */
  readonly mode?: number;
}

export interface ProcOptions {
  /**
   * `'readonly'` makes what changes the whole machine read-only: sys, sysrq-trigger, irq, bus, fs. Needed where uid 0
   * inside is 0 outside: the kernel lets the owner write to /proc/sys/kernel/core_pattern without any capability.
   * @default 'readonly'
   */
  readonly sys?: 'readonly' | 'writable';
}

export interface BindMount {
  readonly kind: 'bind';
  readonly source: string;
  readonly target: string;
  readonly recursive: boolean;
  readonly attributes: readonly AttributeName[];
}

export interface ProcMount {
  readonly kind: 'proc';
  readonly target: string;
  readonly sys: 'readonly' | 'writable';
}

export interface TmpfsMount {
  readonly kind: 'tmpfs';
  readonly target: string;
  readonly size: number | undefined;
  readonly mode: number;
  readonly attributes: readonly AttributeName[];
}

/** One operation of a mount namespace's list: a value, made by {@link (Mount:variable)}. */
export type Mount = BindMount | ProcMount | TmpfsMount;

/** Options of {@link Namespace.mount}. */
export interface MountOptions {
  /**
   * The operations, carried out in this order; each sees what those before it made.
   * @default []
   */
  readonly mounts?: readonly Mount[];
  /**
   * Propagation of the whole tree, set before the operations.
   * @default 'private'
   */
  readonly propagation?: Propagation;
}

export interface MountSpec {
  readonly mounts: readonly Mount[];
  readonly propagation: Propagation;
}

const attributeNames = ['readonly', 'nosuid', 'nodev', 'noexec'] as const;
type AttributeName = (typeof attributeNames)[number];

const made = new WeakSet<object>();

function operation<M extends Mount>(mount: M): M {
  made.add(mount);
  return Object.freeze(mount);
}

function attributes(options: Readonly<Record<string, unknown>>): readonly AttributeName[] {
  return Object.freeze(
    attributeNames.filter((name) => validate.boolean(options[name] ?? false, `options.${name}`)),
  );
}

/**
 * The operations of a mount namespace.
 *
 * @example
 * ```ts
 * import { Mount, Namespace } from 'linux-namespaces';
 *
 * const box = Namespace.compose(
 *   Namespace.user(),
 *   Namespace.pid(),
 *   Namespace.mount([Mount.proc(), Mount.tmpfs('/tmp', { size: 64 * 1024 * 1024 })]),
 * );
 * ```
 */
export const Mount = Object.freeze({
  /**
   * A new proc, which shows the processes of the pid namespace (proc(5)), with nosuid, nodev and noexec.
   * @param target - absolute path of a folder inside
   */
  proc(target = '/proc', options: ProcOptions = {}): ProcMount {
    const { sys = 'readonly' } = validate.options(options, 'options', ['sys']);
    return operation({
      kind: 'proc',
      target: validate.absolutePath(target, 'target'),
      sys: validate.oneOf(sys, 'options.sys', ['readonly', 'writable']),
    });
  },

  /**
   * The file or folder `source` seen at `target` as well (mount(2), "Creating a bind mount"). Attributes are there from
   * the first moment.
   * @param source - absolute path of a file or folder
   * @param target - absolute path of a file for a file, of a folder for a folder; it must be there
   */
  bind(source: string, target: string, options: BindOptions = {}): BindMount {
    const given = validate.options(options, 'options', ['recursive', ...attributeNames]);
    return operation({
      kind: 'bind',
      source: validate.absolutePath(source, 'source'),
      target: validate.absolutePath(target, 'target'),
      recursive: validate.boolean(given.recursive ?? true, 'options.recursive'),
      attributes: attributes(given),
    });
  },

  /**
   * An empty file system in memory (tmpfs(5)), gone with the namespace.
   * @param target - absolute path of a folder inside
   */
  tmpfs(target: string, options: TmpfsOptions = {}): TmpfsMount {
    const given = validate.options(options, 'options', ['size', 'mode', ...attributeNames]);
    const { size, mode = 0o1777 } = given;
    return operation({
      kind: 'tmpfs',
      target: validate.absolutePath(target, 'target'),
      size:
        size === undefined
          ? undefined
          : validate.integer(size, 'options.size', 1, Number.MAX_SAFE_INTEGER),
      mode: validate.integer(mode, 'options.mode', 0, 0o7777),
      attributes: attributes(given),
    });
  },
});

export function mountSpec(given: MountOptions | readonly Mount[] = {}): MountSpec {
  const { mounts = [], propagation = 'private' } = Array.isArray(given)
    ? { mounts: given }
    : validate.options(given, 'options', ['mounts', 'propagation']);
  if (!Array.isArray(mounts))
    throw validate.invalidType('options.mounts', 'an array of Mount', mounts);
  for (const [index, mount] of mounts.entries()) {
    if (!made.has(mount))
      throw validate.invalidType(`options.mounts[${index}]`, 'made by Mount', mount);
  }
  return Object.freeze({
    mounts: Object.freeze([...(mounts as readonly Mount[])]),
    propagation: validate.oneOf(propagation, 'options.propagation', [
      'private',
      'slave',
      'shared',
      'unbindable',
    ]),
  });
}
