// The goal of a lookup that wants to write to the k nodes nearest to its target: get_peers, for a
// response to it brings the write token (BEP 5). The peers in the response are not needed.

import type { Id } from '@dht/id'
import type { mainlineGetPeers } from '@dht/krpc'
import type { LookupGoal } from '../lookup-goal.ts'
import { WRITE_PADDING } from '../padding.ts'

/** @param announced - a `seed` asks for no other seeds, as libtorrent does (BEP 33) */
export function writeTokens(announced: {
  readonly target: Id
  readonly seed: boolean
}): LookupGoal<typeof mainlineGetPeers> {
  const { target, seed } = announced
  const query = { method: 'get_peers', target, noseed: seed, pad: WRITE_PADDING } as const
  return { target, query, progress: 'open' }
}
