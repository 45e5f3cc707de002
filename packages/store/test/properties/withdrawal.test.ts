// One endpoint is one stored peer, and only the sender that announced it can withdraw it, whatever
// other ports and addresses put and withdraw.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { StoredPeer, Withdrawal } from '../../src/index.ts'
import { addressOf, HOUR_MS, hexOf, peerOf, storeOf, targetOf } from '../support/world.ts'

const TARGETS = [0, 1, 255].map(targetOf)
const PORTS = [0, 1, 256, 65_535]
const PEERS = [6, 18].flatMap((size) =>
  [0, 1].flatMap((host) => [1, 2].map((port) => peerOf(host, size, port))),
)

const entry: fc.Arbitrary<StoredPeer> = fc.record({
  target: fc.constantFrom(...TARGETS),
  peer: fc.constantFrom(...PEERS),
  sourcePort: fc.constantFrom(...PORTS),
  seed: fc.boolean(),
})
const sender: fc.Arbitrary<Withdrawal> = entry.map(({ target, peer, sourcePort }) => ({
  target,
  address: addressOf(peer),
  sourcePort,
}))

type Step =
  | { readonly kind: 'put'; readonly entry: StoredPeer }
  | { readonly kind: 'withdraw'; readonly sender: Withdrawal }
  | { readonly kind: 'advance'; readonly byMs: number }

const sorted = (peers: readonly Uint8Array[]): string[] => peers.map(hexOf).sort()

it('STORE-58: one peer that several ports put is stored once', () => {
  const ports = fc.array(fc.constantFrom(...PORTS), { minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(entry, ports, (given, sourcePorts) => {
      const store = storeOf({ maxPeersPerSourceAndKey: 1, maxPeersPerSource: 1 })
      sourcePorts.forEach((sourcePort, now) => {
        store.put({ ...given, sourcePort }, now)
      })
      const { target, peer } = given
      const now = sourcePorts.length
      expect(store.sample({ target, count: 99, size: peer.length }, now)).toEqual([peer])
      expect(store.nextExpiryAt()).toBe(now - 1 + HOUR_MS + 1)
    }),
  )
})

it('STORE-59: no other sender can remove a peer within a lifetime of its last put', () => {
  const foreign = fc.oneof(
    entry.map((given): Step => ({ kind: 'put', entry: given })),
    sender.map((given): Step => ({ kind: 'withdraw', sender: given })),
    fc.nat({ max: HOUR_MS / 4 }).map((byMs): Step => ({ kind: 'advance', byMs })),
  )
  const steps = fc.array(foreign, { maxLength: 40, size: 'max' })
  fc.assert(
    fc.property(entry, steps, fc.nat({ max: 40 }), (own, others, putAfter) => {
      const store = storeOf()
      const isOwn = (sourcePort: number, address: Uint8Array) =>
        sourcePort === own.sourcePort && hexOf(address) === hexOf(addressOf(own.peer))
      let now = 0
      let ownAt = Number.POSITIVE_INFINITY
      for (const [step, each] of [...others, ...others].entries()) {
        if (step === putAfter) {
          store.put(own, now)
          ownAt = now
        }
        if (each.kind === 'advance') now += each.byMs
        if (now - ownAt > HOUR_MS) return
        if (each.kind === 'put') {
          const { peer, sourcePort } = each.entry
          if (!isOwn(sourcePort, addressOf(peer))) store.put(each.entry, now)
        }
        if (each.kind === 'withdraw') {
          const { address, sourcePort } = each.sender
          if (!isOwn(sourcePort, address)) store.withdraw(each.sender, now)
        }
        if (ownAt === Number.POSITIVE_INFINITY) continue
        expect(sorted(store.peers(own.target, now))).toContain(hexOf(own.peer))
      }
    }),
  )
})
