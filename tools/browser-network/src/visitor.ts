// One page of the browser, its node, and what went wrong in it.

import type { DhtNode } from '@dht/node'
import type { BrowserContext, Page } from 'playwright-core'
import type { PageNode } from './page.ts'

export class Visitor {
  readonly page: Page
  readonly #origin: string
  /** Errors of the page, and requests that left this machine. */
  readonly faults: string[] = []

  private constructor(page: Page, origin: string) {
    this.page = page
    this.#origin = origin
    page.on('pageerror', ({ message }) => this.faults.push(message))
    page.on('request', (request) => {
      if (new URL(request.url()).hostname !== '127.0.0.1') this.faults.push(request.url())
    })
  }

  static async open(context: BrowserContext, origin: string): Promise<Visitor> {
    const visitor = new Visitor(await context.newPage(), origin)
    await visitor.load()
    return visitor
  }

  /** Loads the page, also again. Its node is gone then. */
  async load(): Promise<void> {
    await this.page.goto(this.#origin)
    await this.page.waitForFunction(() => window.dht !== undefined)
  }

  /** @returns its id, or the code of the error with which it was refused */
  start(options: PageNode): ReturnType<Window['dht']['start']> {
    return this.page.evaluate((given) => window.dht.start(given), options)
  }

  joined(): ReturnType<DhtNode['joined']> {
    return this.page.evaluate(() => window.dht.node().joined())
  }

  endpoint(): Promise<{ readonly address: string; readonly port: number }> {
    return this.page.evaluate(() => window.dht.node().endpoints[0]!)
  }

  enter(id: string, port: number): Promise<number> {
    const call = async ([key, at]: [string, number]) =>
      (await window.dht.node().enter(key, at)).accepted.length
    return this.page.evaluate(call, [id, port] as [string, number])
  }

  lookup(id: string): Promise<readonly number[]> {
    return this.page.evaluate(async (key) => {
      return (await window.dht.node().lookup(key)).endpoints.map(({ port }) => port)
    }, id)
  }

  closest(id: string): Promise<readonly string[]> {
    return this.page.evaluate(async (key) => {
      return (await window.dht.node().closest(key)).closest.map((contact) => contact.id)
    }, id)
  }

  ping(at: { readonly address: string; readonly port: number }): Promise<string> {
    return this.page.evaluate(async (to) => (await window.dht.node().ping(to)).id, at)
  }

  queriesReceived(): Promise<number> {
    return this.page.evaluate(() => {
      const byMethod = Object.values(window.dht.node().info().counters.queriesReceived)
      return byMethod.reduce((sum, count) => sum + count, 0)
    })
  }

  transportEvents(): Promise<readonly string[]> {
    return this.page.evaluate(() => window.dht.transportEvents)
  }
}
