import type { Caller, ResolvedUser } from '../plan';
import type { UserSpec } from '../user';
import { automaticMaps } from './subordinateIds';

/** Turns `auto` into ranges, and says who writes them when the child may not. */
export function resolveUser(user: UserSpec, caller: Caller): ResolvedUser {
  // Root maps what it likes; everybody else goes through the helpers, which are set-user-id root.
  const helpers = user.map === 'auto' || caller.uid !== 0;
  return { ...user, map: user.map === 'auto' ? automaticMaps(caller) : user.map, helpers };
}
