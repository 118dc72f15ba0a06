// @ts-check
// Our side: the compositions that are measured.
import { Mount, Namespace } from 'linux-namespaces';

/** @param {ReturnType<typeof Mount.proc>} proc */
function pieces(proc) {
  return [
    Namespace.user({ map: 'root' }),
    Namespace.pid(),
    Namespace.mount([proc]),
    Namespace.uts({ hostname: 'box' }),
    Namespace.ipc(),
    Namespace.cgroup(),
  ];
}

// What the floor does, and no more: our proc has a read-only /proc/sys unless told otherwise.
const alike = pieces(Mount.proc('/proc', { sys: 'writable' }));

export const none = Namespace.none;
export const six = Namespace.compose(...alike);
export const network = Namespace.compose(...alike, Namespace.network({ loopback: true }));

/** With the defaults of the library: /proc/sys read-only. */
export const sixByDefault = Namespace.compose(...pieces(Mount.proc()));

/** A pid namespace with our init in it; the user namespace lets an ordinary user make it. */
export const withInit = Namespace.compose(
  Namespace.user({ map: 'root' }),
  Namespace.pid({ init: true }),
);
