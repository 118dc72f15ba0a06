// Compile-time tests, checked by `npm run test:types`: what must compile does, and what must not is an error here.
import { Mount, Namespace, type NamespaceType } from '../../lib/index';

/** True only for the very same type. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => undefined;

// Types of the factories.
holds<Same<ReturnType<typeof Namespace.cgroup>, Namespace<'cgroup'>>>();
holds<Same<ReturnType<typeof Namespace.ipc>, Namespace<'ipc'>>>();
holds<Same<ReturnType<typeof Namespace.mount>, Namespace<'mount'>>>();
holds<Same<ReturnType<typeof Namespace.network>, Namespace<'network'>>>();
holds<Same<ReturnType<typeof Namespace.pid>, Namespace<'pid'>>>();
holds<Same<ReturnType<typeof Namespace.time>, Namespace<'time'>>>();
holds<Same<ReturnType<typeof Namespace.user>, Namespace<'user'>>>();
holds<Same<ReturnType<typeof Namespace.uts>, Namespace<'uts'>>>();
holds<Same<typeof Namespace.none, Namespace<never>>>();

// A composition has the types of its parts.
const two = Namespace.compose(Namespace.user(), Namespace.pid());
holds<Same<typeof two, Namespace<'user' | 'pid'>>>();
holds<Same<(typeof two)['types'], readonly ('user' | 'pid')[]>>();
const three = Namespace.compose(two, Namespace.uts({ hostname: 'box' }));
holds<Same<typeof three, Namespace<'user' | 'pid' | 'uts'>>>();
const nothing = Namespace.compose();
holds<Same<typeof nothing, Namespace<never>>>();
const withNone = Namespace.compose(Namespace.none, two, Namespace.none);
holds<Same<typeof withNone, Namespace<'user' | 'pid'>>>();
const all = Namespace.compose(
  Namespace.cgroup(),
  Namespace.ipc(),
  Namespace.mount([Mount.proc()]),
  Namespace.network(),
  Namespace.pid(),
  Namespace.time(),
  Namespace.user(),
  Namespace.uts(),
);
holds<Same<typeof all, Namespace<NamespaceType>>>();

// A value of any composition can be passed on.
export const anyBox: Namespace = all;
export const box: Namespace<'user' | 'pid'> = two;

// @ts-expect-error: two of one type
Namespace.compose(Namespace.pid(), Namespace.pid());
// @ts-expect-error: two of one type, apart
Namespace.compose(Namespace.uts(), Namespace.user(), Namespace.uts());
// @ts-expect-error: one of them within a composition
Namespace.compose(two, Namespace.pid());
// @ts-expect-error: both of them within compositions
Namespace.compose(two, Namespace.compose(Namespace.user(), Namespace.uts()));
// @ts-expect-error: a composition with itself
Namespace.compose(two, two);
// @ts-expect-error: no namespace
Namespace.compose(Namespace.user(), 'pid');
// @ts-expect-error: no namespace
Namespace.compose(Namespace.user(), {});
// @ts-expect-error: the factory, and not what it makes
Namespace.compose(Namespace.user);
// @ts-expect-error: only the factories make one
new Namespace({});
// @ts-expect-error: a value is not changed
two.types = [];
// @ts-expect-error: nor are its types
two.types.push('uts');
// @ts-expect-error: a pid namespace is no uts namespace
export const wrong: Namespace<'uts'> = Namespace.pid();
