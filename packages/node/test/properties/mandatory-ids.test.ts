// A network in which the id of each node must follow its address. Lookups query no other nodes,
// whatever responses report, and tables admit no others. The oracle is `hashedIds`, which has
// vectors of its own.

import { hashedIds, type Id, idFromBytes, randomId } from '@dht/id'
import {
  addressBytes,
  type Contact,
  contact,
  dht256,
  type Endpoint,
  endpoint,
  mainline,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveCoreOptions } from '../../src/core/config/resolve.ts'
import { Bench, isAt, packed } from '../support/bench.ts'

const network = { ...dht256, secureIds: hashedIds }
const target = idFromBytes(new Uint8Array(32).fill(0x55))
const random = seededRandom(3)

const allowedAt = ({ address }: Endpoint): Id =>
  hashedIds.draw({ address: addressBytes(address)!, length: 32, random })

/** A node in a subnet of its own. @param isLocal - whether its address allows any id */
function nodeAt(n: number, { isAllowed, isLocal = false }: Flags): Contact {
  const at = endpoint(isLocal ? `10.0.${n}.1` : `20.0.${n}.1`, 4000)
  return contact(isAllowed ? allowedAt(at) : randomId(32, random), at)
}

interface Flags {
  readonly isAllowed: boolean
  readonly isLocal?: boolean
}

/** The nodes that a lookup queried, with all others silent. */
function asked(bench: Bench, nodes: readonly Contact[]): Contact[] {
  const sent = bench.take().filter(({ message }) => message.kind === 'query')
  return nodes.filter((node) => sent.some(({ to }) => isAt(to, node)))
}

describe('ID-29: where every id has to follow its address', () => {
  it('a lookup queries exactly the reported nodes that may have their ids', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), (flags) => {
        const bench = new Bench({ core: { network, alpha: 16 } })
        const first = bench.addMember(nodeAt(100, { isAllowed: true }))
        bench.take()
        bench.request({ kind: 'lookup', target, mode: 'all' })
        const nodes = flags.map((isAllowed, n) => nodeAt(n, { isAllowed }))
        bench.respond(bench.takeLast(first), first, { nodes: packed(...nodes) })
        expect(asked(bench, nodes)).toEqual(nodes.filter((_, n) => flags[n]))
      }),
    )
  })

  it('a node that responds under an id that its address does not allow has failed', () => {
    const bench = new Bench({ core: { network } })
    const first = bench.addMember(nodeAt(100, { isAllowed: true }))
    bench.take()
    const operation = bench.request({ kind: 'lookup', target, mode: 'all' })
    const [reported, peer] = [nodeAt(1, { isAllowed: true }), endpoint('20.0.9.9', 80)]
    const liar = contact(target, first.endpoint)
    const values = [Uint8Array.of(20, 0, 9, 9, 0, 80)]
    bench.respond(bench.takeLast(first), liar, { nodes: packed(reported), values })
    expect(asked(bench, [reported])).toEqual([])
    expect(bench.found).not.toContainEqual(peer)
    expect(bench.outcomes.get(operation)).toMatchObject({
      result: { tally: { responded: 0, failed: 1 } },
    })
  })

  it('tables admit no other contact by default, and local addresses allow every id', () => {
    const bench = new Bench({ core: { network } })
    const inside = nodeAt(1, { isAllowed: false, isLocal: true })
    const outside = nodeAt(2, { isAllowed: false })
    const allowed = nodeAt(3, { isAllowed: true })
    for (const who of [inside, outside, allowed]) bench.addMember(who)
    expect(new Set(bench.core.state().contacts)).toEqual(new Set([inside, allowed]))
  })

  it('is what the network says, unless the option says otherwise', () => {
    const enforced = [dht256, mainline, network].map((each) => {
      return resolveCoreOptions({ network: each }).enforceSecureIds
    })
    expect(enforced).toEqual([false, false, true])
    const bench = new Bench({ core: { network, enforceSecureIds: false } })
    const first = bench.addMember(nodeAt(2, { isAllowed: false }))
    expect(bench.core.state().contacts).toEqual([first])
    bench.take()
    bench.request({ kind: 'lookup', target, mode: 'all' })
    const reported = nodeAt(1, { isAllowed: false })
    bench.respond(bench.takeLast(first), first, { nodes: packed(reported) })
    expect(asked(bench, [reported])).toEqual([reported])
  })
})
