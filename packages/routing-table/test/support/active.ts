// Which buckets are refreshed as one, and since when they may be out of date, computed from a
// snapshot alone.

import type { BucketSnapshot } from '../../src/index.ts'

export interface Span<C> {
  readonly buckets: readonly BucketSnapshot<C>[]
  /** The last refresh, or the last sign of the member that was silent longest of those not bad. */
  readonly activeAt: number
}

/** From the farthest bucket on, as few together as have k members that are not bad. */
export function spansOf<C>(
  buckets: readonly BucketSnapshot<C>[],
  { k, badAfter = 2 }: { readonly k: number; readonly badAfter?: number | undefined },
): Span<C>[] {
  const alive = (bucket: BucketSnapshot<C>) =>
    bucket.members.filter(({ failures }) => failures < badAfter)
  const spans: Span<C>[] = []
  let from = 0
  for (let to = 1; to <= buckets.length; to++) {
    const span = buckets.slice(from, to)
    const seen = span.flatMap(alive).map(({ lastSeenAt }) => lastSeenAt)
    if (seen.length < k && to < buckets.length) continue
    const refreshedAt = Math.min(...span.map((bucket) => bucket.refreshedAt))
    const quietest = seen.length === 0 ? refreshedAt : Math.min(...seen)
    spans.push({ buckets: span, activeAt: Math.max(refreshedAt, quietest) })
    from = to
  }
  return spans
}

/** The prefix from which the target of a refresh is drawn, as text. */
export function prefixOf<C>({ buckets: [first, ...others] }: Span<C>, self: Uint8Array): string {
  const { base, length } = first!.prefix
  if (others.length === 0) return textOf(base, length)
  const shared = self.map(
    (byte, at) => byte & (0xff00 >> Math.min(8, Math.max(0, length - 1 - 8 * at))),
  )
  return textOf(shared, length - 1)
}

export const textOf = (base: Uint8Array, length: number): string =>
  `${[...base].map((byte) => byte.toString(16).padStart(2, '0')).join('')}/${length}`
