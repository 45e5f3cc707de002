// Every adversary does what its summary says. Honest nodes know all of them: an unknown adversary
// could do no harm.

import { commonPrefixLength } from '@dht/id'
import { type Contact, contactsFromCompact, decodeMessage, formatEndpoint } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { adaptive } from '../../../src/adversaries/adaptive.ts'
import { ADVERSARIES } from '../../../src/adversaries/adversaries.ts'
import { colluding } from '../../../src/adversaries/colluding.ts'
import { flooder } from '../../../src/adversaries/flooder.ts'
import { garbage } from '../../../src/adversaries/garbage.ts'
import { inventor } from '../../../src/adversaries/inventor.ts'
import { misleader } from '../../../src/adversaries/misleader.ts'
import { replayer } from '../../../src/adversaries/replayer.ts'
import { silent } from '../../../src/adversaries/silent.ts'
import { BYSTANDER, spoofer } from '../../../src/adversaries/spoofer.ts'
import { sybil } from '../../../src/adversaries/sybil.ts'
import { tokenThief } from '../../../src/adversaries/token-thief.ts'
import { wrongId } from '../../../src/adversaries/wrong-id.ts'
import { wrongType } from '../../../src/adversaries/wrong-type.ts'
import { AdversaryWorld, TARGET } from '../../support/adversary-world.ts'

/** The contacts in a reply. */
function named(
  scene: AdversaryWorld,
  method: 'find_node' | 'get_peers',
  target = TARGET,
): Contact[] {
  const message = scene.ask(method, target)?.message
  if (message?.kind !== 'response') return []
  return contactsFromCompact(message.nodes ?? new Uint8Array(0), 32, 4)
}

function responder(scene: AdversaryWorld, method: 'ping' | 'find_node'): string {
  const message = scene.ask(method)?.message
  return message !== undefined && 'id' in message ? String(message.id) : 'nobody'
}

/** Generous, because the machine may be busy. */
const PATIENT = { timeout: 60_000 }

describe('adversaries', PATIENT, () => {
  it.each(ADVERSARIES.map((adversary) => [adversary.name, adversary] as const))(
    'honest nodes know %s',
    (_, adversary) => {
      const scene = new AdversaryWorld(adversary, { aim: TARGET, count: 1, forMs: 30_000 })
      const known = scene.honest.filter((host) =>
        host.core?.state().contacts.some(({ endpoint }) => scene.isAdversary(endpoint)),
      )
      expect(known.length).toBeGreaterThan(0)
      expect(scene.ask('ping')?.message.kind).toBe('response')
    },
  )

  it('have ids next to their target if they have one', () => {
    const scene = new AdversaryWorld(colluding, { aim: TARGET })
    const [one] = named(scene, 'find_node')
    expect(commonPrefixLength(one!.id, TARGET)).toBeGreaterThanOrEqual(40)
  })

  it('give the same run each time', () => {
    const trace = (): string => new AdversaryWorld(adaptive).world.traceHash
    expect(trace()).toBe(trace())
  })
})

describe('an adversary', PATIENT, () => {
  it('silent responds to pings and to nothing else', () => {
    const scene = new AdversaryWorld(silent)
    expect(scene.ask('ping')).toBeDefined()
    expect(scene.ask('find_node')).toBeUndefined()
    expect(scene.ask('get_peers')).toBeUndefined()
  })

  it('inventor names nodes that do not exist, next to the target, new ones each time', () => {
    const scene = new AdversaryWorld(inventor)
    const [one, other] = [named(scene, 'find_node'), named(scene, 'get_peers')]
    expect(one).toHaveLength(8)
    for (const { id, endpoint } of [...one, ...other]) {
      expect(scene.exists(endpoint)).toBe(false)
      expect(commonPrefixLength(id, TARGET)).toBeGreaterThanOrEqual(40)
    }
    expect(one.some(({ key }) => other.some((each) => each.key === key))).toBe(false)
  })

  it('colluding names members of its group only', () => {
    const scene = new AdversaryWorld(colluding)
    const names = named(scene, 'find_node')
    expect(names).toHaveLength(3)
    expect(names.every(({ endpoint }) => scene.isAdversary(endpoint))).toBe(true)
  })

  it('misleader names honest nodes, the farthest first', () => {
    const scene = new AdversaryWorld(misleader)
    const names = named(scene, 'find_node')
    expect(names.length).toBeGreaterThan(0)
    const shared = names.map(({ id }) => commonPrefixLength(id, TARGET))
    const all = scene.honest.map((host) => commonPrefixLength(host.node.id, TARGET))
    expect(Math.max(...shared)).toBeLessThanOrEqual(Math.max(...all))
    expect(shared[0]).toBe(0)
    expect(names.some(({ endpoint }) => scene.isAdversary(endpoint))).toBe(false)
  })

  it('wrong-id responds to pings with its own id, and to other queries with others', () => {
    const scene = new AdversaryWorld(wrongId)
    const itself = responder(scene, 'ping')
    expect(responder(scene, 'ping')).toBe(itself)
    const others = [responder(scene, 'find_node'), responder(scene, 'find_node')]
    expect(new Set([itself, ...others]).size).toBe(3)
  })

  it('wrong-type replies with anything but a valid response', () => {
    const scene = new AdversaryWorld(wrongType)
    const kinds = new Set<string>()
    for (let i = 0; i < 40; i++) {
      const answer = scene.ask('get_peers')
      const message = answer?.message
      if (message?.kind !== 'response') kinds.add(message?.kind ?? 'nothing')
      else kinds.add(message.nodes === undefined ? 'empty' : 'odd')
    }
    expect([...kinds].sort()).toEqual(expect.arrayContaining(['empty', 'error', 'query']))
  })

  it('garbage sends bytes that are no messages', () => {
    const scene = new AdversaryWorld(garbage)
    const received = scene.receivedByHonest(60_000)
    const kinds = received.map(
      (event) => decodeMessage(event.packet.bytes, scene.world.protocol).kind,
    )
    expect(kinds.filter((kind) => kind === 'malformed').length).toBeGreaterThan(100)
  })

  it('replayer sends packets of others, from its own address and from theirs', () => {
    const scene = new AdversaryWorld(replayer, { count: 1, honest: 6, forMs: 60_000 })
    scene.honest[0]?.request({ kind: 'enter', target: TARGET, port: 5 })
    scene.world.advance(700_000)
    const received = scene.receivedByHonest(60_000).map(({ packet }) => packet)
    const injected = received.filter(({ sender }) => sender === undefined)
    const own = received.filter(({ sender }) => sender !== undefined)
    expect(injected.length).toBeGreaterThan(10)
    expect(injected.every(({ from }) => scene.exists(from))).toBe(true)
    const ids = own.map(({ bytes }) => decodeMessage(bytes, scene.world.protocol))
    expect(ids.some((each) => each.kind === 'response')).toBe(true)
  })

  it('spoofer makes honest nodes reply to bystanders and to one another', () => {
    const scene = new AdversaryWorld(spoofer, { count: 1, forMs: 30_000 })
    let bystanders = 0
    const end = scene.world.watch((event) => {
      if (event.kind === 'dropped' && event.packet.to.address === BYSTANDER.address) bystanders++
    })
    const forged = scene.receivedByHonest(60_000).filter(({ packet }) => {
      return packet.sender === undefined
    })
    end()
    expect(forged.length).toBeGreaterThan(300)
    expect(bystanders).toBeGreaterThan(100)
    const names = new Set(forged.map(({ packet }) => formatEndpoint(packet.from)))
    expect(names.size).toBeGreaterThan(5)
  })

  it('token-thief writes with invalid tokens of all kinds, and nothing is stored', () => {
    const scene = new AdversaryWorld(tokenThief, { count: 2, honest: 6, forMs: 30_000 })
    scene.honest[0]?.request({ kind: 'lookup', target: TARGET, mode: 'all' })
    const received = scene.receivedByHonest(700_000)
    const writes = received.filter(({ packet }) => {
      const message = decodeMessage(packet.bytes, scene.world.protocol)
      return message.kind === 'query' && message.method === 'announce_peer'
    })
    expect(writes.length).toBeGreaterThan(1_000)
    expect(scene.honest.map((host) => host.core?.info(host.now).store.peers)).toEqual(
      scene.honest.map(() => 0),
    )
  })

  it('flooder sends queries without end, and stores what it can', () => {
    const scene = new AdversaryWorld(flooder, { count: 1, forMs: 20_000 })
    expect(scene.receivedByHonest(20_000).length).toBeGreaterThan(1_000)
    const stored = scene.honest.map((host) => host.core?.info(host.now).store.peers ?? 0)
    expect(Math.max(...stored)).toBeGreaterThan(50)
  })

  it('sybil names only its group for near targets, and other nodes for other targets', () => {
    const scene = new AdversaryWorld(sybil, { aim: TARGET })
    expect(named(scene, 'get_peers').every(({ endpoint }) => scene.isAdversary(endpoint))).toBe(
      true,
    )
    const elsewhere = scene.honest[4]!.node.id
    expect(
      named(scene, 'get_peers', elsewhere).some((each) => scene.isAdversary(each.endpoint)),
    ).toBe(false)
  })

  it('adaptive responds correctly to find_node, and hides true nodes from lookups of peers', () => {
    const scene = new AdversaryWorld(adaptive)
    const truths = new Set(scene.honest.map((host) => String(host.node.id)))
    const checked = named(scene, 'find_node')
    expect(checked.length).toBeGreaterThan(4)
    expect(checked.every(({ endpoint }) => scene.exists(endpoint))).toBe(true)
    const asked = named(scene, 'get_peers')
    const hidden = asked.filter(({ endpoint }) => !scene.exists(endpoint))
    expect(hidden.length).toBe(5)
    expect(hidden.every(({ id }) => truths.has(String(id)))).toBe(true)
    expect(asked.filter(({ endpoint }) => scene.isAdversary(endpoint))).toHaveLength(3)
  })
})
