// Every enemy does what it says. Whatever they do besides, all are known to honest nodes: an enemy
// that nobody knows harms nobody.

import { commonPrefixLength } from '@dht/id'
import { type Contact, contactsFromCompact, decodeMessage, formatEndpoint } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { adaptive } from '../../../src/enemies/adaptive.ts'
import { clique } from '../../../src/enemies/clique.ts'
import { ENEMIES } from '../../../src/enemies/enemies.ts'
import { flooder } from '../../../src/enemies/flooder.ts'
import { garbage } from '../../../src/enemies/garbage.ts'
import { inventor } from '../../../src/enemies/inventor.ts'
import { misleader } from '../../../src/enemies/misleader.ts'
import { replayer } from '../../../src/enemies/replayer.ts'
import { silent } from '../../../src/enemies/silent.ts'
import { BYSTANDER, spoofer } from '../../../src/enemies/spoofer.ts'
import { sybil } from '../../../src/enemies/sybil.ts'
import { tokenThief } from '../../../src/enemies/token-thief.ts'
import { wrongId } from '../../../src/enemies/wrong-id.ts'
import { wrongType } from '../../../src/enemies/wrong-type.ts'
import { Provoked, TARGET } from '../../support/provoked.ts'

/** Whom an answer names. */
function named(scene: Provoked, method: 'find_node' | 'get_peers', target = TARGET): Contact[] {
  const message = scene.ask(method, target)?.message
  if (message?.kind !== 'response') return []
  return contactsFromCompact(message.nodes ?? new Uint8Array(0), 32, 4)
}

function responder(scene: Provoked, method: 'ping' | 'find_node'): string {
  const message = scene.ask(method)?.message
  return message !== undefined && 'id' in message ? String(message.id) : 'nobody'
}

/** A machine may be busy with other things. */
const PATIENT = { timeout: 60_000 }

describe('enemies', PATIENT, () => {
  it.each(ENEMIES.map((enemy) => [enemy.name, enemy] as const))('%s are known', (_, enemy) => {
    const scene = new Provoked(enemy, { aim: TARGET, count: 1, forMs: 30_000 })
    const known = scene.honest.filter((host) =>
      host.core?.state().contacts.some(({ endpoint }) => scene.isEnemy(endpoint)),
    )
    expect(known.length).toBeGreaterThan(0)
    expect(scene.ask('ping')?.message.kind).toBe('response')
  })

  it('have ids next to what they are aimed at', () => {
    const scene = new Provoked(clique, { aim: TARGET })
    const [one] = named(scene, 'find_node')
    expect(commonPrefixLength(one!.id, TARGET)).toBeGreaterThanOrEqual(40)
  })

  it('are the same each time', () => {
    const trace = (): string => new Provoked(adaptive).world.traceHash
    expect(trace()).toBe(trace())
  })
})

describe('an enemy', PATIENT, () => {
  it('silent answers pings and nothing else', () => {
    const scene = new Provoked(silent)
    expect(scene.ask('ping')).toBeDefined()
    expect(scene.ask('find_node')).toBeUndefined()
    expect(scene.ask('get_peers')).toBeUndefined()
  })

  it('inventor names nodes that do not exist, next to the target, others each time', () => {
    const scene = new Provoked(inventor)
    const [one, other] = [named(scene, 'find_node'), named(scene, 'get_peers')]
    expect(one).toHaveLength(8)
    for (const { id, endpoint } of [...one, ...other]) {
      expect(scene.exists(endpoint)).toBe(false)
      expect(commonPrefixLength(id, TARGET)).toBeGreaterThanOrEqual(40)
    }
    expect(one.some(({ wire }) => other.some((each) => each.wire === wire))).toBe(false)
  })

  it('clique names its fellows and nobody else', () => {
    const scene = new Provoked(clique)
    const names = named(scene, 'find_node')
    expect(names).toHaveLength(3)
    expect(names.every(({ endpoint }) => scene.isEnemy(endpoint))).toBe(true)
  })

  it('misleader names honest nodes, the farthest first', () => {
    const scene = new Provoked(misleader)
    const names = named(scene, 'find_node')
    expect(names.length).toBeGreaterThan(0)
    const shared = names.map(({ id }) => commonPrefixLength(id, TARGET))
    const all = scene.honest.map((host) => commonPrefixLength(host.node.id, TARGET))
    expect(Math.max(...shared)).toBeLessThanOrEqual(Math.max(...all))
    expect(shared[0]).toBe(0)
    expect(names.some(({ endpoint }) => scene.isEnemy(endpoint))).toBe(false)
  })

  it('wrong-id is itself when pinged, and others when it is asked for something', () => {
    const scene = new Provoked(wrongId)
    const itself = responder(scene, 'ping')
    expect(responder(scene, 'ping')).toBe(itself)
    const others = [responder(scene, 'find_node'), responder(scene, 'find_node')]
    expect(new Set([itself, ...others]).size).toBe(3)
  })

  it('wrong-type answers with everything but an answer', () => {
    const scene = new Provoked(wrongType)
    const kinds = new Set<string>()
    for (let i = 0; i < 40; i++) {
      const answer = scene.ask('get_peers')
      const message = answer?.message
      if (message?.kind !== 'response') kinds.add(message?.kind ?? 'nothing')
      else kinds.add(message.nodes === undefined ? 'empty' : 'odd')
    }
    expect([...kinds].sort()).toEqual(expect.arrayContaining(['empty', 'error', 'query']))
  })

  it('garbage sends bytes that are no message', () => {
    const scene = new Provoked(garbage)
    const heard = scene.heardByHonest(60_000)
    const kinds = heard.map(
      (event) => decodeMessage(event.passage.bytes, scene.world.protocol).kind,
    )
    expect(kinds.filter((kind) => kind === 'malformed').length).toBeGreaterThan(100)
  })

  it('replayer sends what others sent, from its own address and from theirs', () => {
    const scene = new Provoked(replayer, { count: 1, honest: 6, forMs: 60_000 })
    scene.honest[0]?.request({ kind: 'enter', target: TARGET, port: 5 })
    scene.world.advance(700_000)
    const heard = scene.heardByHonest(60_000).map(({ passage }) => passage)
    const injected = heard.filter(({ sender }) => sender === undefined)
    const own = heard.filter(({ sender }) => sender !== undefined)
    expect(injected.length).toBeGreaterThan(10)
    expect(injected.every(({ from }) => scene.exists(from))).toBe(true)
    const ids = own.map(({ bytes }) => decodeMessage(bytes, scene.world.protocol))
    expect(ids.some((each) => each.kind === 'response')).toBe(true)
  })

  it('spoofer has honest nodes answer bystanders and one another', () => {
    const scene = new Provoked(spoofer, { count: 1, forMs: 30_000 })
    let bystanders = 0
    const end = scene.world.watch((event) => {
      if (event.kind === 'dropped' && event.passage.to.address === BYSTANDER.address) bystanders++
    })
    const forged = scene.heardByHonest(60_000).filter(({ passage }) => {
      return passage.sender === undefined
    })
    end()
    expect(forged.length).toBeGreaterThan(300)
    expect(bystanders).toBeGreaterThan(100)
    const names = new Set(forged.map(({ passage }) => formatEndpoint(passage.from)))
    expect(names.size).toBeGreaterThan(5)
  })

  it('token-thief writes with tokens of all bad kinds, and nothing is stored', () => {
    const scene = new Provoked(tokenThief, { count: 2, honest: 6, forMs: 30_000 })
    scene.honest[0]?.request({ kind: 'lookup', target: TARGET, mode: 'all' })
    const heard = scene.heardByHonest(700_000)
    const writes = heard.filter(({ passage }) => {
      const message = decodeMessage(passage.bytes, scene.world.protocol)
      return message.kind === 'query' && message.method === 'announce_peer'
    })
    expect(writes.length).toBeGreaterThan(1_000)
    expect(scene.honest.map((host) => host.core?.info(host.now).store.peers)).toEqual(
      scene.honest.map(() => 0),
    )
  })

  it('flooder asks without end, and stores what it may', () => {
    const scene = new Provoked(flooder, { count: 1, forMs: 20_000 })
    expect(scene.heardByHonest(20_000).length).toBeGreaterThan(1_000)
    const stored = scene.honest.map((host) => host.core?.info(host.now).store.peers ?? 0)
    expect(Math.max(...stored)).toBeGreaterThan(50)
  })

  it('sybil knows only fellows about what it guards, and everybody else about all else', () => {
    const scene = new Provoked(sybil, { aim: TARGET })
    expect(named(scene, 'get_peers').every(({ endpoint }) => scene.isEnemy(endpoint))).toBe(true)
    const elsewhere = scene.honest[4]!.node.id
    expect(named(scene, 'get_peers', elsewhere).some((each) => scene.isEnemy(each.endpoint))).toBe(
      false,
    )
  })

  it('adaptive is good while checked, and hides true nodes from lookups', () => {
    const scene = new Provoked(adaptive)
    const truths = new Set(scene.honest.map((host) => String(host.node.id)))
    const checked = named(scene, 'find_node')
    expect(checked.length).toBeGreaterThan(4)
    expect(checked.every(({ endpoint }) => scene.exists(endpoint))).toBe(true)
    const asked = named(scene, 'get_peers')
    const hidden = asked.filter(({ endpoint }) => !scene.exists(endpoint))
    expect(hidden.length).toBe(5)
    expect(hidden.every(({ id }) => truths.has(String(id)))).toBe(true)
    expect(asked.filter(({ endpoint }) => scene.isEnemy(endpoint))).toHaveLength(3)
  })
})
