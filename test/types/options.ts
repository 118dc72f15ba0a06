// Compile-time tests, checked by `npm run test:types`: the options of the factories.
import { type BindMount, Mount, Namespace } from '../../lib/index';

Namespace.user({ map: 'auto', setgroups: 'allow', uid: 0, gid: 0 });
Namespace.user({ map: { uid: [{ inside: 0, outside: 0, length: 1 }], gid: [] } });
Namespace.pid({ init: true });
Namespace.mount();
Namespace.mount([
  Mount.proc('/proc', { sys: 'writable' }),
  Mount.tmpfs('/tmp', { size: 1, mode: 0o700 }),
]);
Namespace.mount({ propagation: 'slave', mounts: [Mount.bind('/a', '/b', { readonly: true })] });
Namespace.network({ loopback: false });
Namespace.uts({ hostname: 'a', domainname: 'b' });
Namespace.time({ monotonic: -1.5, boottime: 5 });
Namespace.cgroup({});
Namespace.ipc({});

// @ts-expect-error: no such map
Namespace.user({ map: 'none' });
// @ts-expect-error: a map has both
Namespace.user({ map: { uid: [] } });
// @ts-expect-error: a range has three numbers
Namespace.user({ map: { uid: [{ inside: 0, outside: 0 }], gid: [] } });
// @ts-expect-error: no boolean
Namespace.user({ setgroups: false });
// @ts-expect-error: an option that it has not
Namespace.user({ name: 'root' });
// @ts-expect-error: no boolean
Namespace.pid({ init: 'yes' });
// @ts-expect-error: an option that it has not
Namespace.pid({ reaper: true });
// @ts-expect-error: no such propagation
Namespace.mount({ propagation: 'public' });
// @ts-expect-error: one mount is no list
Namespace.mount(Mount.proc());
// @ts-expect-error: paths are not mounts
Namespace.mount(['/proc']);
// @ts-expect-error: a bind has two ends
Mount.bind('/a');
// @ts-expect-error: an option that it has not
Mount.bind('/a', '/b', { writable: true });
// @ts-expect-error: a tmpfs needs a place
Mount.tmpfs();
// @ts-expect-error: no words for a size
Mount.tmpfs('/tmp', { size: '64M' });
// @ts-expect-error: no such choice
Mount.proc('/proc', { sys: true });
// @ts-expect-error: no boolean
Namespace.network({ loopback: 1 });
// @ts-expect-error: no string
Namespace.uts({ hostname: 5 });
// @ts-expect-error: no words for an offset
Namespace.time({ boottime: '1d' });
// @ts-expect-error: it has no options
Namespace.cgroup({ root: '/' });
// @ts-expect-error: it has no options
Namespace.ipc({ shm: true });

export const bind: BindMount = Mount.bind('/a', '/b');
// @ts-expect-error: a mount is not changed
bind.target = '/c';
