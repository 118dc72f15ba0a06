import { Composable } from './composable';
import { NamespaceHandle } from './handle';
import type { NamespaceFile } from './internal/namespaceFile';
import * as validate from './internal/validate';
import type { JoinedProcess } from './spec';
import type { NamespaceType } from './types';

/** Handles on several namespaces as one composition: those of a process, or those that were created together. */
export class NamespaceHandles<T extends NamespaceType = NamespaceType> extends Composable<T> {
  readonly #handles: ReadonlyMap<NamespaceType, NamespaceHandle>;
  readonly #release: () => void;

  /**
   * @internal They come from {@link Namespace.of} and {@link Namespace.create}.
   * @param release - closes what belongs to the process besides its namespaces
   */
  constructor(
    files: readonly NamespaceFile[],
    process?: JoinedProcess,
    release: () => void = () => {},
  ) {
    const namespaces = Object.fromEntries(files.map((file) => [file.type, file]));
    super({ join: { namespaces, ...(process === undefined ? {} : { process }) } });
    this.#handles = new Map(files.map((file) => [file.type, new NamespaceHandle(file)]));
    this.#release = release;
    Object.freeze(this);
  }

  /** One of them; it closes with all. */
  get<K extends T>(type: K): NamespaceHandle<K> {
    const handle = this.#handles.get(type);
    if (handle === undefined)
      throw validate.invalidValue('type', `must be one of: ${this.types.join(', ')}`, type);
    return handle as NamespaceHandle<K>;
  }

  [Symbol.iterator](): Iterator<NamespaceHandle> {
    return this.#handles.values();
  }

  /** Closes all of them. Closing twice is closing once. */
  close(): void {
    for (const handle of this) handle.close();
    this.#release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
