// What must hold of lookups today, enemy by enemy. Frozen: a change of the node may raise these
// bounds, and must not lower one.

/** Least share of lookups that find what is published; 0: nothing is promised. */
export function leastToday(_enemy: string, _percent: number, _isTargeted: boolean): number {
  return 0
}
