// Every attacker with parameters does what its file says, and makes itself known to all.

import { bep42Ids, commonPrefixLength, compareDistance, type Id, isSecureId } from '@dht/id'
import { addressBytes, endpoint, mainline } from '@dht/krpc'
import type { Host } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { idNear } from '../../../src/adversaries/adversary-process.ts'
import { chameleon } from '../../../src/adversaries/chameleon.ts'
import { eclipse } from '../../../src/adversaries/eclipse.ts'
import { allowedIdNear, allowedIds, spreadIds } from '../../../src/adversaries/ground-ids.ts'
import { hider } from '../../../src/adversaries/hider.ts'
import { quickLiar } from '../../../src/adversaries/quick-liar.ts'
import { slow } from '../../../src/adversaries/slow.ts'
import { Chance } from '../../../src/chance.ts'
import { subnetEndpoint } from '../../../src/network/host-addresses.ts'
import { AttackWorld } from '../../support/attack-world.ts'

const near = { ids: (key: Id, i: number): Id => idNear(key, Chance.of(i)) }

/** The id of the honest node farthest from the key. */
function farthestFrom({ honest, key }: AttackWorld): Id {
  const ids = honest.map((host) => host.node.id)
  return ids.sort((a, b) => compareDistance(b, a, key))[0] as Id
}

/** Generous, because the machine may be busy. */
const PATIENT = { timeout: 60_000 }

describe('an attacker', PATIENT, () => {
  it.each([
    ['eclipse', eclipse()],
    ['quick liar', quickLiar()],
    ['chameleon', chameleon()],
    ['hider', hider({ own: 3 })],
  ] as const)('%s is known to all honest nodes, and responds to pings', (_, attacker) => {
    const scene = new AttackWorld(attacker)
    expect(scene.informed).toBe(scene.honest.length)
    expect(scene.ask('ping')).toBeDefined()
  })

  it('eclipse names its fellows for targets near the key, and honest nodes for others', () => {
    const scene = new AttackWorld(eclipse(), { ...near, count: 9 })
    for (const method of ['find_node', 'get_peers'] as const) {
      const names = scene.named(method)
      expect(names).toHaveLength(8)
      expect(names.every((each) => scene.attackerAt(each.endpoint) !== undefined)).toBe(true)
    }
    expect(scene.ask('get_peers')?.token).toBeDefined()
    const others = scene.named('get_peers', farthestFrom(scene))
    expect(others.length).toBeGreaterThan(4)
    expect(others.some((each) => scene.attackerAt(each.endpoint) !== undefined)).toBe(false)
  })

  it('a silent eclipse responds to nothing near the key but pings', () => {
    const scene = new AttackWorld(eclipse({ isSilent: true }), near)
    expect(scene.ask('get_peers')).toBeUndefined()
    expect(scene.ask('ping')).toBeDefined()
    expect(scene.ask('find_node', farthestFrom(scene))?.nodes).toBeDefined()
  })

  it('a sleeper stores and returns values, and hides them when it is awake', () => {
    const scene = new AttackWorld(eclipse({ isSleeper: true }), near)
    const token = scene.ask('get_peers')?.token as Uint8Array
    expect(scene.ask('get_peers')?.values).toBeUndefined()
    scene.announce(token)
    expect(scene.ask('get_peers')?.values).toHaveLength(1)
    scene.group.isAwake = true
    expect(scene.ask('get_peers')?.values).toBeUndefined()
    expect(scene.named('get_peers').every((each) => scene.attackerAt(each.endpoint))).toBe(true)
  })

  it('slow ones respond just before the asker gives the query up, and to pings at once', () => {
    const scene = new AttackWorld(slow({ patienceMs: 1_000 }))
    const [asker] = scene.honest as [Host]
    const [attacker] = scene.attackers as [Host]
    const took = (method: 'ping' | 'get_peers'): number => {
      const before = scene.world.now
      const from = asker.endpoint
      scene.send(method, { to: attacker, from })
      let at = 0
      const end = scene.world.watch((event) => {
        if (event.kind !== 'received' || event.host !== asker.number) return
        if (event.packet.sender === attacker.number) at ||= event.at
      })
      scene.world.advance(1_000)
      end()
      return at - before
    }
    expect(took('ping')).toBeLessThan(100)
    expect(took('get_peers')).toBeGreaterThan(800)
    expect(took('get_peers')).toBeLessThan(1_000)
  })

  it.each([false, true])('quick liars name true ids at dead addresses, agreed: %s', (isAgreed) => {
    const scene = new AttackWorld(quickLiar({ isOneAddress: isAgreed }), { network: mainline })
    // Nodes have changed their ids by then (BEP 42), and have met the liars under the new ones.
    scene.world.advance(20 * 60_000)
    const truths = new Set(scene.honest.map((host) => String(host.node.id)))
    const [one, again] = [scene.named('find_node'), scene.named('get_peers')]
    expect(one).toHaveLength(8)
    for (const { id, endpoint: dead } of one) {
      expect(truths.has(String(id))).toBe(true)
      expect(scene.exists(dead)).toBe(false)
      expect(isSecureId(id, addressBytes(dead.address) as Uint8Array)).toBe(true)
    }
    expect(again.map(({ key }) => key)).toEqual(one.map(({ key }) => key))
    const other = scene.named('get_peers', scene.key, scene.attackers[1])
    expect(other.some(({ key }) => one.some((each) => each.key === key))).toBe(isAgreed)
  })

  it('chameleons answer under the ids under which their fellows name them', () => {
    const scene = new AttackWorld(chameleon(), { count: 12 })
    expect(
      scene.named('find_node').every((each) => scene.attackerAt(each.endpoint) === undefined),
    ).toBe(true)
    const names = scene.named('get_peers')
    expect(names).toHaveLength(8)
    for (const { id, endpoint: at } of names) {
      expect(commonPrefixLength(id, scene.key)).toBeGreaterThanOrEqual(40)
      const fellow = scene.attackerAt(at)
      expect(scene.ask('get_peers', scene.key, fellow)?.id).toEqual(id)
      expect(scene.ask('ping', scene.key, fellow)?.id).not.toEqual(id)
    }
  })

  it('chameleons can keep to the ids that their addresses allow', () => {
    const scene = new AttackWorld(chameleon({ isBonded: true }), { network: mainline, count: 9 })
    for (const { id, endpoint: at } of scene.named('get_peers')) {
      expect(isSecureId(id, addressBytes(at.address) as Uint8Array)).toBe(true)
    }
  })

  it('a hider names its own group and true ids at dead addresses', () => {
    const scene = new AttackWorld(hider({ own: 3 }))
    const names = scene.named('get_peers')
    expect(names.filter((each) => scene.attackerAt(each.endpoint))).toHaveLength(3)
    expect(names.filter((each) => !scene.exists(each.endpoint))).toHaveLength(5)
    expect(scene.named('find_node').every((each) => scene.exists(each.endpoint))).toBe(true)
  })
})

describe('ids around a key', () => {
  const chance = Chance.of('ids')
  const key = idNear(chance.bytes(20) as Id, chance)
  const endpoints = Array.from({ length: 100 }, (_, address) => {
    return subnetEndpoint({ subnet: 7, address }, 6881)
  })

  it('spread ids have all distances up to the farthest', () => {
    const farthest = key.map((byte, i) => (i < 2 ? byte ^ (i === 0 ? 0 : 0x30) : byte)) as Id
    const ids = spreadIds({ key, farthest }, endpoints, chance).map(({ id }) => id)
    expect(ids.every((id) => compareDistance(id, farthest, key) <= 0)).toBe(true)
    const shared = ids.map((id) => commonPrefixLength(id, key))
    expect(Math.min(...shared)).toBe(10)
    expect(shared.filter((bits) => bits > 12).length).toBeLessThan(50)
  })

  it('allowed ids are allowed, and the nearest come first', () => {
    const placed = allowedIds({ key, count: 10, rule: bep42Ids }, endpoints, chance)
    for (const { id, endpoint: at } of placed) {
      expect(isSecureId(id, addressBytes(at.address) as Uint8Array)).toBe(true)
    }
    const ids = placed.map(({ id }) => id)
    expect(ids).toEqual([...ids].sort((a, b) => compareDistance(a, b, key)))
    expect(commonPrefixLength(ids[0] as Id, key)).toBeGreaterThan(4)
  })

  it('the bits that an address does not decide are those of the target', () => {
    const at = endpoint('11.22.33.44', 1)
    const id = allowedIdNear({ target: key, rule: bep42Ids }, at, chance)
    for (let i = 3; i < 6; i++) expect(id[i]).toBe(key[i])
  })
})
