// A node returns what it publishes itself, even if no other node stores it. Which address of its
// own it returns depends on how its socket is bound and on the querier.

import { idFromBytes } from '@dht/id'
import { type Endpoint, endpoint, endpointFromCompact, formatEndpoint } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench } from '../support/bench.ts'
import { VirtualNetwork } from '../support/virtual-network.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))
const EVERYWHERE = endpoint('0.0.0.0', 3739)
const SEEN_AT = endpoint('198.51.100.9', 5000)

/** The endpoints that a querier at `from` gets under the identity. */
function told(bench: Bench, from: Endpoint): string[] {
  const who = bench.newContact({ endpoint: from })
  const reply = bench.queryFrom(who, { method: 'get_peers', target, readOnly: true })
  if (reply?.kind !== 'response') throw new Error('expected a response')
  return (reply.values ?? []).map((value) => formatEndpoint(endpointFromCompact(value)!))
}

/** A publisher of port 80. */
function publisherAt(...locals: readonly Endpoint[]): Bench {
  const bench = new Bench({ locals })
  bench.request({ kind: 'enter', target, port: 80 })
  bench.take()
  return bench
}

/** A node responds to us and says at which address it sees us. */
function sees(bench: Bench, subnet: number, ip: Endpoint): void {
  const who = bench.newContact({ endpoint: endpoint(`20.0.${subnet}.1`, 4000) })
  bench.request({ kind: 'ping', to: who.endpoint })
  bench.respond(bench.takeLast(who), who, { ip })
}

const far = endpoint('66.6.6.6', 1)
const near = endpoint('127.0.0.1', 1)

describe('SELF-3: a publisher returns its own endpoint', () => {
  it('to clients that come one after another and leave, while no other node stores it', () => {
    const net = new VirtualNetwork()
    const publisher = net.add()
    publisher.request({ kind: 'enter', target, port: 80 })
    for (let client = 0; client < 15; client++) {
      net.advance(5_000)
      const reader = net.add()
      reader.join([publisher])
      const startedAt = net.now
      const operationId = reader.request({ kind: 'lookup', target, mode: 'first' })
      const outcome = net.settle(reader, operationId)
      expect(outcome).toMatchObject({
        result: { endpoints: [{ ...publisher.local, port: 80 }] },
      })
      // Three round trips of 50 ms.
      expect(net.now - startedAt).toBeLessThanOrEqual(150)
      reader.crash()
    }
  })

  it('with the address that it was bound to, whatever others say', () => {
    const bench = publisherAt(endpoint('10.0.0.1', 3739))
    for (const subnet of [1, 2, 3, 4]) sees(bench, subnet, SEEN_AT)
    expect(told(bench, far)).toEqual(['10.0.0.1:80'])
    expect(bench.info.overlays[0]).toMatchObject({ externalAddress: SEEN_AT.address })
  })

  it('bound to every address: with the address at which three others see it', () => {
    const bench = publisherAt(EVERYWHERE)
    sees(bench, 9, endpoint('20.0.9.1', 4000))
    for (const subnet of [1, 2, 3]) {
      sees(bench, subnet, SEEN_AT)
      if (subnet < 3) expect(told(bench, far)).toEqual([])
    }
    expect(told(bench, far)).toEqual([`${SEEN_AT.address}:80`])
    expect(told(bench, near)).toEqual(['127.0.0.1:80'])
  })

  it('never with a wildcard, and with a loopback address only to this machine', () => {
    expect(told(publisherAt(EVERYWHERE), far)).toEqual([])
    expect(told(publisherAt(EVERYWHERE), near)).toEqual(['127.0.0.1:80'])
    expect(told(publisherAt(endpoint('127.0.0.1', 3739)), far)).toEqual([])
    expect(told(publisherAt(endpoint('127.0.0.1', 3739)), near)).toEqual(['127.0.0.1:80'])
    const six = publisherAt(endpoint('::', 3739))
    expect(told(six, endpoint('2001:db8::7', 1))).toEqual([])
    expect(told(six, endpoint('::1', 1))).toEqual(['[::1]:80'])
  })

  it('once, though others announced the same, and only while it is published', () => {
    const bench = publisherAt(endpoint('10.0.0.1', 3739))
    bench.announceFrom(bench.newContact({ endpoint: endpoint('10.0.0.1', 9) }), target, 80)
    bench.announceFrom(bench.newContact({ endpoint: endpoint('20.0.0.1', 9) }), target, 81)
    expect(told(bench, far)).toEqual(['10.0.0.1:80', '20.0.0.1:81'])
    bench.start({ kind: 'delete', target })
    expect(told(bench, far).sort()).toEqual(['10.0.0.1:80', '20.0.0.1:81'])
  })

  it('as the first of as many as a reply holds', () => {
    const bench = new Bench({ core: { peersPerReply: { 4: 2, 6: 1 } } })
    bench.request({ kind: 'enter', target, port: 80 })
    for (let port = 1; port < 9; port++) bench.announceFrom(bench.newContact(), target, port)
    const all = told(bench, far)
    expect(all).toHaveLength(2)
    expect(all[0]).toBe('10.0.0.1:80')
  })
})
