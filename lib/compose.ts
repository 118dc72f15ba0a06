import * as validate from './internal/validate';
import { type Joins, type Spec, typesOf } from './spec';
import type { NamespaceType } from './types';

/** The types that a namespace or a composition is made of. */
export type TypesOf<N> = N extends { readonly types: readonly (infer T extends NamespaceType)[] }
  ? T
  : never;

/**
 * The same tuple when no type comes twice in it; otherwise one that nothing can be assigned to, and whose name says why. A
 * plain `Namespace`, of which the compiler knows no types, is checked when the program runs.
 */
export type Distinct<Parts extends readonly unknown[], Seen = never> = Parts extends readonly [
  infer First,
  ...infer Rest,
]
  ? [NamespaceType] extends [TypesOf<First>]
    ? [First, ...Distinct<Rest, Seen>]
    : [TypesOf<First> & Seen] extends [never]
      ? [First, ...Distinct<Rest, Seen | TypesOf<First>>]
      : [{ error: `two namespaces of type ${TypesOf<First> & Seen & string}` }, ...Rest]
  : Parts;

/** One spec of several: each type at most once. */
export function composeSpecs(specs: readonly Spec[]): Spec {
  const composed: Spec = {};
  const position = new Map<string, number>();
  for (const [index, spec] of specs.entries()) {
    for (const type of typesOf(spec)) {
      const before = position.get(type);
      if (before !== undefined) {
        throw validate.invalidValue(
          `parts[${index}]`,
          `has a ${type} namespace, and so has parts[${before}]`,
          type,
        );
      }
      position.set(type, index);
    }
    Object.assign(composed, spec);
  }
  const joins = specs.flatMap(({ join }) => (join === undefined ? [] : [join]));
  if (joins.length > 0) Object.assign(composed, { join: composeJoins(joins) });
  checkTogether(composed);
  return Object.freeze(composed);
}

function composeJoins(joins: readonly Joins[]): Joins {
  return Object.assign({}, ...joins, {
    namespaces: Object.assign({}, ...joins.map(({ namespaces }) => namespaces)),
  });
}

// What one part needs of another.
function checkTogether({ mount, pid, user }: Spec): void {
  if (user === undefined || pid !== undefined) return;
  const index = mount?.mounts.findIndex(({ kind }) => kind === 'proc') ?? -1;
  if (index === -1) return;
  throw validate.invalidValue(
    `Namespace.mount: mounts[${index}]`,
    'is Mount.proc(), which beside Namespace.user() needs Namespace.pid(): a proc belongs to the owner of its pid namespace',
    'proc',
  );
}
