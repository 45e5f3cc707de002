// What a visitor does with a node that runs in the page, and what the others then know of it.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import type { Check } from './live-checks.ts'
import { xor } from './made-up-ids.ts'
import type { ProgramNetwork } from './program.ts'
import {
  eventually,
  fitsWidth,
  type Keep,
  nearestShown,
  noFaults,
  openTab,
  startLookup,
  type Visit,
  visit,
} from './visitor.ts'

/** Flags of the command for these checks: all nodes are on loopback. */
export const PAGE_NODE_FLAGS = ['--browser-node', '--browser-node-allow', '127.0.0.0/8']

const OWN = 'facade'.padEnd(64, '7')
const OTHERS = 'decade'.padEnd(64, '8')

const MANY_CONTACTS = /\b(?:[89]|1\d|2\d) contacts/

interface Parts {
  readonly browser: Browser
  readonly visited: Visit
  readonly network: ProgramNetwork
  /** Keeps a picture, if pictures are wanted. */
  readonly keep: Keep
}

export function pageNodeChecks(parts: Parts): Check[] {
  const checks = new PageNodeChecks(parts)
  return [
    ['the program of the node is not loaded before it is wanted', () => checks.loadsLate()],
    ['a node starts in the page, and its table fills', () => checks.fillsTable()],
    ['a lookup of the page’s node finds exactly the nearest nodes', () => checks.findsNearest()],
    ['the page’s node finds what another one entered', () => checks.findsEntered()],
    ['another node finds what the page’s node entered', () => checks.isFound()],
    ['the node of the program is shown again, and back', () => checks.switches()],
    ['a second tab is refused the same node', () => checks.refusesSecondTab()],
    ['a phone runs one too, and shows it in the dark', () => checks.runsOnPhone()],
    ['no other server is reached by a WebSocket', () => checks.reachesNobodyElse()],
    ['the node is the same one when the page is loaded again', () => checks.keepsState()],
    ['the node stops', () => checks.stops()],
    ['a program that ends leaves a node that waits for its relay', () => checks.losesRelay()],
    ['the page never errs and never asks elsewhere', async () => noFaults(parts.visited)],
  ]
}

class PageNodeChecks {
  readonly #page: Page
  readonly #network: ProgramNetwork
  readonly #keep: Keep
  readonly #browser: Browser
  #id = ''

  constructor({ browser, visited, network, keep }: Parts) {
    this.#page = visited.page
    this.#network = network
    this.#keep = keep
    this.#browser = browser
  }

  async loadsLate(): Promise<void> {
    await this.#starter().waitFor()
    deepEqual(await this.#loaded(), [])
  }

  async fillsTable(): Promise<void> {
    const page = this.#page
    await openTab(page, 'Table')
    await this.#starter().click()
    this.#id = await this.#shownId('live in this page')
    equal((await this.#loaded()).length, 1)
    await eventually(() => this.#summary(), MANY_CONTACTS, 20_000)
    const known = new Set([this.#network.id, ...this.#network.others.map(({ id }) => id)])
    const heads = new Set([...known].map((id) => id.slice(0, 8)))
    const shown = await page.locator('.detail .leaf .mono:first-child').allInnerTexts()
    ok(shown.length > 0, 'no contact in the chosen bucket')
    const strangers = shown.filter((head) => !heads.has(head))
    deepEqual(strangers, [])
    await fitsWidth(page)
    // The drawing follows the table.
    const contacts = /\d+ contacts/.exec(await this.#summary())?.[0] ?? ''
    const tree = page.locator('.xor-tree canvas')
    await eventually(async () => (await tree.getAttribute('aria-label')) ?? '', RegExp(contacts))
    await page.waitForTimeout(1000)
    await this.#keep(page, 'page-node-table')
  }

  async findsNearest(): Promise<void> {
    const target = '5eed'.repeat(16)
    await this.#lookUp(target, 'the nearest nodes')
    const shown = await nearestShown(this.#page)
    const all = [this.#network.id, ...this.#network.others.map(({ id }) => id)]
    deepEqual(shown, all.toSorted((a, b) => (xor(a, target) < xor(b, target) ? -1 : 1)).slice(0, 8))
    const bars = await this.#page.locator('.chart .bar').count()
    ok(bars >= 8, `${bars} bars`)
    await this.#keep(this.#page, 'page-node-lookup')
  }

  async findsEntered(): Promise<void> {
    await this.#network.others[7]?.enter(OTHERS, 4321)
    await this.#lookUp(OTHERS, 'its endpoints')
    await eventually(() => this.#page.locator('.outcome').innerText(), /127\.0\.2\.8:4321/)
  }

  async isFound(): Promise<void> {
    const page = this.#page
    await openTab(page, 'Stored')
    await page.getByLabel('Id', { exact: true }).fill(OWN)
    await page.getByLabel('Port').fill('5555')
    await page.getByRole('button', { name: 'Enter' }).click()
    await eventually(() => page.locator('.announcement').innerText(), /stored/)
    const found = await this.#network.others[4]?.lookup(OWN)
    deepEqual(
      found?.endpoints.map(({ address, port }) => `${address}:${port}`),
      ['127.0.2.100:5555'],
    )
  }

  async switches(): Promise<void> {
    const choice = this.#page.getByLabel('Node that is shown')
    await choice.selectOption('program')
    equal(await this.#shownId('live'), this.#network.id)
    await choice.selectOption('page')
    equal(await this.#shownId('live in this page'), this.#id)
  }

  async refusesSecondTab(): Promise<void> {
    const tab = await this.#page.context().newPage()
    await tab.goto(this.#page.url())
    await tab.getByRole('button', { name: 'Run a node in this page' }).click()
    await eventually(() => tab.locator('.problem').innerText(), /another page or node uses/)
    await tab.getByRole('button', { name: 'Run a node in this page' }).waitFor()
    await tab.close()
  }

  /** Another browser has a state, and so a node, of its own. */
  async runsOnPhone(): Promise<void> {
    const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
    const url = this.#network.url
    const visited = await visit(this.#browser, url, { ...phone, colorScheme: 'dark' })
    const { page } = visited
    await page.getByRole('button', { name: 'Run a node in this page' }).click()
    const summary = (): Promise<string> => page.locator('.summary').innerText()
    await eventually(summary, /live in this page/)
    await eventually(summary, MANY_CONTACTS, 20_000)
    await page.waitForTimeout(500)
    await fitsWidth(page)
    await this.#keep(page, 'page-node-phone')
    noFaults(visited)
    await page.close()
  }

  async reachesNobodyElse(): Promise<void> {
    const tab = await this.#page.context().newPage()
    await tab.goto(this.#page.url())
    const refused = await tab.evaluate(async () => {
      const seen = new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => {
          resolve(`${event.effectiveDirective} ${event.blockedURI}`)
        })
      })
      new WebSocket('ws://127.0.0.1:1/dht-relay').onerror = () => {}
      return seen
    })
    match(refused, /^connect-src ws:\/\/127\.0\.0\.1:1/)
    await tab.close()
  }

  async keepsState(): Promise<void> {
    await this.#page.reload()
    await this.#starter().click()
    equal(await this.#shownId('live in this page'), this.#id)
  }

  async stops(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Stop this page’s node' }).click()
    equal(await this.#shownId('live'), this.#network.id)
    await this.#starter().click()
    equal(await this.#shownId('live in this page'), this.#id)
  }

  async losesRelay(): Promise<void> {
    await this.#network.stopProgram()
    await eventually(() => this.#summary(), /no relay, connecting again/)
  }

  #starter() {
    return this.#page.getByRole('button', { name: 'Run a node in this page' })
  }

  #summary(): Promise<string> {
    return this.#page.locator('.summary').innerText()
  }

  /** The id in full, once the state is told. */
  async #shownId(state: string): Promise<string> {
    await eventually(() => this.#page.locator('.state').innerText(), new RegExp(`${state}$`))
    return (await this.#page.locator('.summary .mono').getAttribute('title')) ?? ''
  }

  /** The scripts of a node that the page has loaded. */
  #loaded(): Promise<string[]> {
    return this.#page.evaluate(() => {
      const names = performance.getEntriesByType('resource').map(({ name }) => name)
      return names.filter((name) => name.includes('page-node'))
    })
  }

  async #lookUp(id: string, what: string): Promise<void> {
    await openTab(this.#page, 'Lookups')
    await startLookup(this.#page, id, what)
  }
}
