// What a node of Mainline responds when it is asked how many peers there are. BEP 33.

import { idFromBytes } from '@dht/id'
import {
  AddressFilter,
  addressBytes,
  type Contact,
  dht256,
  endpoint,
  mainline,
  type Network,
  type Response,
} from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench } from '../../../support/bench.ts'

const targetIn = ({ idLength }: Network) => idFromBytes(new Uint8Array(idLength).fill(0x55))
const target = targetIn(mainline)

function ask(bench: Bench, who: Contact, flags: object = {}): Response {
  const query = { method: 'get_peers', target: targetIn(bench.network), ...flags } as const
  const reply = bench.queryFrom(bench.prove(who), query)
  if (reply?.kind !== 'response') throw new Error('no response')
  return reply
}

/** Another node announces a port at its own address. */
function announce(bench: Bench, address: string, port: number, seed: boolean): void {
  const who = bench.newContact({ endpoint: endpoint(address, 4000 + port) })
  const token = ask(bench, who).token!.slice()
  const query = { method: 'announce_peer', target, port, impliedPort: false, token, seed } as const
  expect(bench.queryFrom(who, query)).toMatchObject({ kind: 'response' })
}

function filterOf(...addresses: readonly string[]): Uint8Array {
  const filter = new AddressFilter()
  for (const address of addresses) filter.add(addressBytes(address)!)
  return filter.bytes
}

describe('SCRAPE-4: peers are counted', () => {
  it('SCRAPE-4: by address and family, each once, and as a seed where one of its peers is', () => {
    const bench = new Bench({
      core: { network: mainline },
      locals: [endpoint('10.0.0.1', 3739), endpoint('2001:db8:ffff::1', 3739)],
    })
    announce(bench, '203.0.113.1', 1, true)
    announce(bench, '203.0.113.2', 1, false)
    announce(bench, '203.0.113.2', 2, false)
    announce(bench, '203.0.113.3', 1, false)
    announce(bench, '203.0.113.3', 2, true)
    announce(bench, '2001:db8:1::1', 1, false)
    const over4 = ask(bench, bench.newContact(), { scrape: true })
    expect(over4.seedFilter).toEqual(filterOf('203.0.113.1', '203.0.113.3'))
    expect(over4.peerFilter).toEqual(filterOf('203.0.113.2'))
    expect(over4.values).toHaveLength(5)
    const who6 = bench.newContact({ endpoint: endpoint('2001:db8:2::1', 1) })
    const over6 = ask(bench, who6, { scrape: true })
    expect(over6.seedFilter).toEqual(filterOf())
    expect(over6.peerFilter).toEqual(filterOf('2001:db8:1::1'))
  })

  it('SCRAPE-4: only when asked, and only where there are peers', () => {
    const bench = new Bench({ core: { network: mainline } })
    expect(ask(bench, bench.newContact(), { scrape: true }).peerFilter).toBeUndefined()
    announce(bench, '203.0.113.2', 1, false)
    expect(ask(bench, bench.newContact()).peerFilter).toBeUndefined()
    expect(ask(bench, bench.newContact(), { scrape: true }).peerFilter).toBeDefined()
  })

  it('SCRAPE-4: with all contacts and fewer peers, so that the reply fits its budget', () => {
    const bench = new Bench({ core: { network: mainline } })
    for (const each of bench.newContacts(8)) bench.addMember(each)
    for (let host = 1; host <= 60; host++) announce(bench, `203.0.113.${host}`, 1, host % 2 === 0)
    bench.take()
    const plain = ask(bench, bench.newContact())
    const scraped = ask(bench, bench.newContact(), { scrape: true })
    expect(scraped.nodes).toHaveLength(8 * 26)
    expect(scraped.token).toBeDefined()
    expect(plain.values).toHaveLength(50)
    expect(scraped.values!.length).toBeGreaterThanOrEqual(20)
    expect(scraped.values!.length).toBeLessThan(50)
  })

  it('SCRAPE-4: a node counts what it publishes itself', () => {
    const bench = new Bench({ core: { network: mainline } })
    bench.request({ kind: 'enter', target, port: 80, seed: true })
    const { seedFilter, values } = ask(bench, bench.newContact(), { scrape: true })
    expect(seedFilter).toEqual(filterOf('10.0.0.1'))
    expect(values).toHaveLength(1)
    expect(ask(bench, bench.newContact(), { noseed: true }).values).toBeUndefined()
  })

  it('SCRAPE-4: dht256 knows nothing of it', () => {
    const bench = new Bench({ core: { network: dht256 } })
    bench.request({ kind: 'enter', target: targetIn(dht256), port: 80, seed: true })
    const { seedFilter, values } = ask(bench, bench.newContact(), { scrape: true, noseed: true })
    expect([seedFilter, values?.length]).toEqual([undefined, 1])
  })
})
