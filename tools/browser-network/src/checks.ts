// What is checked of a network of pages and of nodes with UDP, in the order in which it happens.

import { type DhtNode, mainline } from '@dht/node'
import type { Relay } from '@dht/relay'
import type { BrowserContext } from 'playwright-core'
import { eventually, expect, localRelay, SECRET, udpNodes } from './network.ts'
import type { PageNode } from './page.ts'
import { Visitor } from './visitor.ts'

const PAGES = 3
const [FROM_PAGE, FROM_UDP, AGAIN] = ['aa', 'bb', 'cc'].map((byte) => byte.repeat(32)) as [
  string,
  string,
  string,
]

type Check = readonly [name: string, run: () => Promise<void>]

export class BrowserNetwork {
  readonly #context: BrowserContext
  readonly #origin: string
  readonly #foreignOrigin: string
  readonly #nodes: readonly DhtNode[]
  readonly #pages: Visitor[] = []
  readonly #ids: string[] = []
  #relay: Relay

  constructor(parts: {
    readonly context: BrowserContext
    /** Where the page is served, and where it is served too, without the relay's consent. */
    readonly origins: readonly [own: string, foreign: string]
    readonly nodes: readonly DhtNode[]
    readonly relay: Relay
  }) {
    this.#context = parts.context
    ;[this.#origin, this.#foreignOrigin] = parts.origins
    this.#nodes = parts.nodes
    this.#relay = parts.relay
  }

  close(): Promise<void> {
    return this.#relay.close()
  }

  checks(): readonly Check[] {
    return [
      ['three pages join a network of twenty nodes', () => this.#join()],
      ['pages and nodes are one network: each page is found by its id', () => this.#oneNetwork()],
      ['pages reach one another', () => this.#pagesReachPages()],
      ['a node finds what a page enters at its own port', () => this.#pageEnters()],
      ['pages find what a node enters', () => this.#nodeEnters()],
      ['pages respond to others', () => this.#pagesRespond()],
      ['a second tab with the same state is refused', () => this.#secondTab()],
      ['a page that is loaded again has its id again', () => this.#loadAgain()],
      ['a page of another origin is refused by the relay', () => this.#foreignPage()],
      ['a page without the secret is refused by the relay', () => this.#withoutSecret()],
      ['the relay dies, and pages know it', () => this.#relayDies()],
      ['the relay comes back, and pages are found at other ports', () => this.#relayReturns()],
      ['Mainline: a page and nodes find each other', () => this.#mainline()],
      ['no page erred, and none asked elsewhere', () => this.#noFaults()],
    ]
  }

  #optionsOf(state: string, nodes = this.#nodes): PageNode {
    const bootstrap = nodes.slice(0, 3).flatMap((node) => node.endpoints)
    return { relay: this.#relay.url!, secret: SECRET, network: 'dht256', bootstrap, state }
  }

  async #join(): Promise<void> {
    for (let nth = 0; nth < PAGES; nth++) {
      const page = await Visitor.open(this.#context, this.#origin)
      const started = await page.start(this.#optionsOf(`page-${nth}`))
      if ('code' in started) throw new Error(started.code)
      this.#pages.push(page)
      this.#ids.push(started.id)
    }
    for (const page of this.#pages) {
      const { contacts } = await page.joined()
      expect(`8 contacts or more, got ${contacts}`, contacts >= 8)
    }
  }

  async #oneNetwork(): Promise<void> {
    for (const id of this.#ids) {
      await eventually('a node finds the page', async () => {
        const { closest } = await this.#nodes.at(-1)!.closest(id)
        return closest[0]?.id === id
      })
      for (const [nth, page] of this.#pages.entries()) {
        // A node does not find itself.
        if (id === this.#ids[nth]) continue
        const [first] = await page.closest(id)
        expect('a page to find the page', first === id)
      }
    }
  }

  async #pagesReachPages(): Promise<void> {
    const to = await this.#pages[1]!.endpoint()
    expect('the id of the other page', (await this.#pages[0]!.ping(to)) === this.#ids[1])
  }

  async #pageEnters(): Promise<void> {
    const [page] = this.#pages
    const { port } = await page!.endpoint()
    const accepted = await page!.enter(FROM_PAGE, port)
    // The 8 nearest, and perhaps more of the region around the id, at most 16.
    expect(`8 to 16 nodes that accept, got ${accepted}`, accepted >= 8 && accepted <= 16)
    for (const node of [this.#nodes[3], this.#nodes[19]]) {
      const { endpoints } = await node!.lookup(FROM_PAGE)
      expect(`port ${port}`, endpoints.length === 1 && endpoints[0]?.port === port)
    }
  }

  async #nodeEnters(): Promise<void> {
    await this.#nodes[7]!.enter(FROM_UDP, 8_080)
    for (const page of this.#pages) {
      expect('port 8080', (await page.lookup(FROM_UDP)).join() === '8080')
    }
  }

  async #pagesRespond(): Promise<void> {
    const received = await Promise.all(this.#pages.map((page) => page.queriesReceived()))
    expect(
      `queries at each page, got ${received}`,
      received.every((count) => count > 0),
    )
  }

  async #secondTab(): Promise<void> {
    const tab = await Visitor.open(this.#context, this.#origin)
    const started = await tab.start(this.#optionsOf('page-0'))
    expect(
      `ERR_DHT_NODE_STATE_IN_USE, got ${JSON.stringify(started)}`,
      'code' in started && started.code === 'ERR_DHT_NODE_STATE_IN_USE',
    )
    await tab.page.close()
  }

  async #loadAgain(): Promise<void> {
    const page = this.#pages[2]!
    await page.load()
    const started = await page.start(this.#optionsOf('page-2'))
    expect(
      `the id ${this.#ids[2]}, got ${JSON.stringify(started)}`,
      'id' in started && started.id === this.#ids[2],
    )
    await page.joined()
  }

  async #foreignPage(): Promise<void> {
    const page = await Visitor.open(this.#context, this.#foreignOrigin)
    await this.#expectRefused(page, this.#optionsOf('foreign'), 'ERR_DHT_RELAY_LOST')
  }

  async #withoutSecret(): Promise<void> {
    const page = await Visitor.open(this.#context, this.#origin)
    const options = { ...this.#optionsOf('none'), secret: 'a secret of somebody else' }
    await this.#expectRefused(page, options, 'ERR_DHT_RELAY_REFUSED')
  }

  async #expectRefused(page: Visitor, options: PageNode, code: string): Promise<void> {
    const started = await page.start(options)
    expect(`${code}, got ${JSON.stringify(started)}`, 'code' in started && started.code === code)
    await page.page.close()
  }

  async #relayDies(): Promise<void> {
    await this.#relay.close()
    for (const page of this.#pages) {
      await eventually('transport-lost', async () => {
        return (await page.transportEvents()).join() === 'transport-lost'
      })
    }
  }

  async #relayReturns(): Promise<void> {
    const before = await Promise.all(this.#pages.map((page) => page.endpoint()))
    this.#relay = await localRelay(this.#origin, Number(new URL(this.#relay.url!).port))
    for (const [nth, page] of this.#pages.entries()) {
      await eventually('transport-reopened', async () => {
        return (await page.transportEvents()).join() === 'transport-lost,transport-reopened'
      })
      const { port } = await page.endpoint()
      expect('another port', port !== before[nth]?.port)
      await page.enter(AGAIN, port)
      const { endpoints } = await this.#nodes[11]!.lookup(AGAIN)
      expect(
        `port ${port}`,
        endpoints.some((each) => each.port === port),
      )
    }
  }

  async #mainline(): Promise<void> {
    const nodes = await udpNodes(5, mainline)
    try {
      const page = await Visitor.open(this.#context, this.#origin)
      this.#pages.push(page)
      const options = this.#optionsOf('mainline', nodes)
      const started = await page.start({ ...options, network: 'mainline' })
      if ('code' in started) throw new Error(started.code)
      await page.joined()
      const [own, other] = ['dd'.repeat(20), 'ee'.repeat(20)] as const
      const { port } = await page.endpoint()
      await page.enter(own, port)
      const { endpoints } = await nodes[4]!.lookup(own)
      expect(`port ${port}`, endpoints.length === 1 && endpoints[0]?.port === port)
      await nodes[2]!.enter(other, 6_881)
      expect('port 6881', (await page.lookup(other)).join() === '6881')
    } finally {
      await Promise.all(nodes.map((node) => node.close()))
    }
  }

  async #noFaults(): Promise<void> {
    const faults = this.#pages.flatMap((page) => page.faults)
    expect(`no faults, got ${faults.join('; ')}`, faults.length === 0)
    const { malformed, forbidden } = this.#relay.info().counters
    expect(`nothing dropped, got ${malformed} and ${forbidden}`, malformed + forbidden === 0)
  }
}
