// Address translations and firewalls: which packets they admit after the inside has sent one to one
// endpoint.

import { formatEndpoint } from '@dht/krpc'
import { constantLatency, Gateway, type GatewayKind, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { RecordingProcess } from '../../support/recording-process.ts'

/** A host behind a gateway, a host it sends to, another at the same address, and a third host. */
function scene(kind: GatewayKind) {
  const world = new World({ network: { latency: constantLatency(1) } })
  const inside = new RecordingProcess(world, { gateway: { kind, timeoutMs: 60_000 } })
  const known = new RecordingProcess(world)
  const { address } = known.host.endpoint
  const sameAddress = new RecordingProcess(world, { ipv4: { address, port: 9, family: 4 } })
  const stranger = new RecordingProcess(world)
  return { world, inside, known, sameAddress, stranger }
}

/** The sender of the last packet that `recorder` received. */
function seenFrom(recorder: RecordingProcess) {
  const [address = '', port = ''] = (recorder.received.at(-1)?.from ?? '').split(':')
  return { address, port: Number(port), family: 4 } as const
}

describe('gateways', () => {
  it.each([
    ['full-cone', ['known', 'same address', 'stranger']],
    ['address-restricted', ['known', 'same address']],
    ['port-restricted', ['known']],
    ['symmetric', ['known']],
    ['firewall', ['known']],
  ] as const)('%s admits %s', (kind, expected) => {
    const { world, inside, known, sameAddress, stranger } = scene(kind)
    known.sendText('too early', inside)
    world.advance(1)
    expect(inside.texts).toEqual([])
    inside.sendText('out', known)
    world.advance(1)
    const outer = seenFrom(known)
    known.sendText('known', outer)
    sameAddress.sendText('same address', outer)
    stranger.sendText('stranger', outer)
    world.advance(1)
    expect(inside.texts).toEqual(expected)
  })

  it.each(['full-cone', 'address-restricted', 'port-restricted', 'symmetric', 'firewall'] as const)(
    '%s forgets after its timeout, counted from the last outgoing packet',
    (kind) => {
      const { world, inside, known } = scene(kind)
      inside.sendText('out', known)
      world.advance(1)
      const outer = seenFrom(known)
      world.advance(40_000)
      inside.sendText('out', known)
      world.advance(59_998)
      known.sendText('in time', outer)
      world.advance(1)
      expect(inside.texts).toEqual(['in time'])
      known.sendText('late', outer)
      world.advance(1)
      expect(inside.texts).toEqual(['in time'])
    },
  )

  it('show one port to all, a symmetric one a port to each, a firewall the inner endpoint', () => {
    const ports = (kind: GatewayKind): string[] => {
      const { world, inside, known, stranger } = scene(kind)
      inside.sendText('x', known)
      inside.sendText('x', stranger)
      inside.sendText('x', known)
      world.advance(1)
      return [...known.received, ...stranger.received].map(({ from }) => from)
    }
    expect(ports('full-cone')).toEqual(new Array(3).fill('11.0.0.1:1024'))
    expect(ports('symmetric')).toEqual(['11.0.0.1:1024', '11.0.0.1:1024', '11.0.0.1:1025'])
    expect(ports('firewall')).toEqual(new Array(3).fill('11.0.0.1:3739'))
  })

  it('two hosts behind one gateway reach one another inside, and outside only by hairpin', () => {
    for (const hairpin of [false, true]) {
      const world = new World({ network: { latency: constantLatency(1) } })
      const gateway = new Gateway({ kind: 'full-cone', hairpin }, '77.0.0.1')
      const [a, b, c] = [
        new RecordingProcess(world, { gateway }),
        new RecordingProcess(world, { gateway }),
        new RecordingProcess(world),
      ]
      b.sendText('out', c)
      a.sendText('inner', b)
      world.advance(1)
      a.sendText('outer', seenFrom(c))
      world.advance(1)
      expect(b.texts).toEqual(hairpin ? ['inner', 'outer'] : ['inner'])
      expect(b.received[0]?.from).toBe(formatEndpoint(a.host.endpoint))
    }
  })

  it('reuse the port of an expired mapping, and keep no more mappings than ports', () => {
    const gateway = new Gateway({ kind: 'symmetric', timeoutMs: 10 }, '77.0.0.1')
    const inner = { address: '192.168.0.1', port: 1, family: 4 } as const
    const out = (port: number, now: number) =>
      gateway.outgoing(inner, { address: '9.9.9.9', port, family: 4 }, now)
    for (let port = 1; port <= 64_512; port++) out(port, 0)
    expect(gateway.size).toBe(64_512)
    expect(out(65_000, 9)).toBeUndefined()
    expect(out(65_000, 10)?.port).toBe(1_024)
    expect(gateway.size).toBe(64_512)
  })

  it('are refused if their options contradict each other', () => {
    expect(() => new Gateway({ kind: 'firewall' }, '1.2.3.4')).toThrow('none for a firewall')
    expect(() => new Gateway({ kind: 'full-cone' })).toThrow('one for a translation')
    expect(() => new Gateway({ kind: 'moat' as GatewayKind })).toThrow('kind: expected firewall')
  })
})
