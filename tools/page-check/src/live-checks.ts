// What a visitor does on the page of a live node.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createNode, type DhtNode } from '@dht/node'
import type { Page } from 'playwright-core'
import { xor } from './made-up-ids.ts'
import type { WatchedNetwork } from './network.ts'
import { eventually, nearestShown, openTab, startLookup, type Visit } from './visitor.ts'

export type Check = readonly [name: string, run: () => Promise<void>]

/** The identity that another node has entered, with its port. */
export interface Entered {
  readonly id: string
  readonly port: number
}

interface Live {
  readonly visit: Visit
  readonly network: WatchedNetwork
  readonly entered: Entered
}

export function liveChecks({ visit: { page }, network, entered }: Live): Check[] {
  return [
    ['the token leaves the address', () => signsIn(page)],
    ['the table has the contacts of the node', () => showsTable(page, network)],
    ['the keyboard walks the table', () => walksTable(page)],
    ['a contact is chosen by a click on its slot', () => clicksSlot(page)],
    ['closed nodes are seen to go bad', () => agesContacts(page, network)],
    ['an id that is none is refused', () => refusesId(page)],
    ['a lookup finds an endpoint', () => findsEndpoint(page, entered)],
    ['a lookup finds exactly the nearest nodes', () => findsNearest(page, network)],
    ['a lookup is replayed', () => replays(page)],
    ['a sweep has a bar for each query, and says toward which point', () => sweeps(page, network)],
    ['who told whom is walked by keyboard', () => walksReferrals(page)],
    ['announcements have their holders', () => showsHolders(page, network)],
    ['traffic has methods, round trips and limits', () => showsTraffic(page)],
    ['events are filtered and held', () => filtersEvents(page)],
    ['the limit of lookups is told', () => tellsLimit(page)],
  ]
}

async function signsIn(page: Page): Promise<void> {
  await eventually(() => page.locator('.summary').innerText(), /live/)
  ok(!page.url().includes('token'), page.url())
}

function contactsOf({ watched }: WatchedNetwork): number {
  const buckets = watched.info().overlays[0]?.buckets ?? []
  return buckets.reduce((sum, count) => sum + count, 0)
}

async function showsTable(page: Page, network: WatchedNetwork): Promise<void> {
  await openTab(page, 'Table')
  const read = (): Promise<string> => page.locator('.summary').innerText()
  await eventually(read, new RegExp(`\\b${contactsOf(network)} contacts`))
  match(await page.locator('.tree-card .legend').innerText(), /\d+\s*good/)
  const hidden = await page.getByRole('treeitem').allInnerTexts()
  ok(hidden.length >= 1, 'no bucket')
}

async function walksTable(page: Page): Promise<void> {
  const tree = page.getByRole('tree', { name: 'Buckets, far to near' })
  await tree.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  const active = await tree.getAttribute('aria-activedescendant')
  match(active ?? '', /^slot-0-\d+$/)
  match(await page.locator(`#${active}`).innerText(), /at 127\.0\.1\.\d+:\d+, (good|questionable)/)
  equal(await page.locator('.leaf.chosen').count(), 1)
  await page.keyboard.press('ArrowLeft')
  equal(await tree.getAttribute('aria-activedescendant'), 'bucket-0')
  await page.keyboard.press('Tab')
  const stillThere = await tree.evaluate((element) => element.contains(document.activeElement))
  equal(stillThere, false, 'Tab does not leave the tree')
}

async function clicksSlot(page: Page): Promise<void> {
  const area = page.locator('.tree-area')
  await area.click({ position: { x: 236, y: 48 } })
  match(await page.locator('.leaf.chosen').innerText(), /bits below the prefix/)
  match(await page.locator('.tip').innerText(), /127\.0\.1\./)
}

async function agesContacts(page: Page, { others }: WatchedNetwork): Promise<void> {
  await Promise.all(others.slice(-3).map((node) => node.close()))
  const legend = page.locator('.tree-card .legend')
  await eventually(() => legend.innerText(), /\b[1-9]\d*\s*(questionable|bad)/, 15_000)
  const sums = async (): Promise<string> => {
    const told = (await legend.innerText()).replaceAll(/\s+/g, ' ')
    const listed = await listedStates(page)
    const [good, questionable, bad] = STATES.map((state) => listed.filter((is) => is === state))
    const text = `${good?.length} good ${questionable?.length} questionable ${bad?.length} bad`
    return String(told.startsWith(text))
  }
  await eventually(sums, /true/)
}

const STATES = ['good', 'questionable', 'bad'] as const

/** The states of all contacts, from the lists of the buckets, which are chosen one by one. */
async function listedStates(page: Page): Promise<string[]> {
  const buckets = Number(
    /(\d+) buckets?$/.exec(await page.locator('.tree-card .legend').innerText())?.[1],
  )
  await page.getByRole('tree', { name: 'Buckets, far to near' }).focus()
  await page.keyboard.press('Home')
  const all: string[] = []
  for (let index = 0; index < buckets; index++) {
    all.push(...(await page.locator('.detail .leaf-state b').allInnerTexts()))
    await page.keyboard.press('ArrowDown')
  }
  return all
}

async function refusesId(page: Page): Promise<void> {
  await openTab(page, 'Lookups')
  await page.getByLabel('Look up an id').fill('nonsense')
  await page.getByRole('button', { name: 'Look up' }).click()
  match(await page.getByRole('alert').innerText(), /64 hexadecimal digits; this has 8/)
}

async function findsEndpoint(page: Page, { id, port }: Entered): Promise<void> {
  await startLookup(page, id.toUpperCase(), 'its endpoints')
  const outcome = page.locator('.outcome')
  await eventually(() => outcome.innerText(), new RegExp(`127\\.0\\.1\\.1:${port}`))
}

/** A lookup that finds endpoints may end sooner; one for the nearest nodes is exact. */
async function findsNearest(page: Page, { others }: WatchedNetwork): Promise<void> {
  const id = '5eed'.repeat(16)
  await startLookup(page, id, 'the nearest nodes')
  const shown = await nearestShown(page)
  const alive = others.slice(0, -3).map((node) => node.id)
  const nearest = alive.toSorted((a, b) => (xor(a, id) < xor(b, id) ? -1 : 1)).slice(0, 8)
  deepEqual(shown, nearest)
  const bars = await page.locator('.chart .bar').count()
  ok(bars >= 8, `${bars} bars`)
}

async function replays(page: Page): Promise<void> {
  const slider = page.getByRole('slider', { name: 'Time of the lookup' })
  const bars = page.locator('.chart .bar')
  const all = await bars.count()
  await slider.focus()
  await page.keyboard.press('Home')
  await eventually(async () => String((await bars.count()) < all), /true/)
  equal(await page.locator('.outcome').count(), 0)
  await page.getByRole('button', { name: 'Replay' }).click()
  await eventually(async () => String(await bars.count()), new RegExp(`^${all}$`), 12_000)
}

const CROWDED = 'f00d'.repeat(16)
const CROWD = 16

/** Many nodes take ids right beside one, so a lookup of it has to sweep their region. */
async function sweeps(page: Page, { watched, others }: WatchedNetwork): Promise<void> {
  const bootstrap = (others[0] as DhtNode).endpoints
  const crowd = await Promise.all(
    Array.from({ length: CROWD }, (_, index) => {
      const id = CROWDED.slice(0, -2) + (index + 1).toString(16).padStart(2, '0')
      const place = { ipv4: `127.0.3.${index + 1}`, ipv6: false, port: 0 } as const
      return createNode({ ...place, id, bootstrap })
    }),
  )
  await Promise.all(crowd.map((node) => node.joined()))
  const queried: (string | undefined)[] = []
  const stop = watched.onLookupStep(({ target }, step) => {
    if (target === CROWDED && step.kind === 'queried') queried.push(step.toward)
  })
  await startLookup(page, CROWDED, 'the nearest nodes')
  stop()
  const points = new Set(queried.filter((toward) => toward !== undefined))
  ok(points.size > 1, 'no sweep')
  equal(await page.locator('.chart .query').count(), queried.length)
  const legend = await page.getByRole('list', { name: 'Queries' }).innerText()
  const told = queried.filter((toward) => toward !== undefined).length
  match(legend.replaceAll(/\s+/g, ' '), new RegExp(`\\b${told} sweep: toward a random point`))
  for (const point of points) match(legend, new RegExp(`→\\d+\\s+${point.slice(0, 8)}`))
  equal(await page.locator('.chart .kind-walk .start-mark').count(), told)
  const several = page.locator('.referral-row', { hasText: /, \d queries/ }).first()
  await several.focus()
  await page.keyboard.press('Enter')
  match(await several.innerText(), /sweep: toward random point \d+, [\da-f]{8}: /)
  await page.keyboard.press('Enter')
  await Promise.all(crowd.map((node) => node.close()))
}

async function walksReferrals(page: Page): Promise<void> {
  const rows = page.locator('.referral [role=treeitem]')
  await rows.first().focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  const last = rows.last()
  equal(await last.getAttribute('aria-selected'), 'true')
  equal(await page.locator('.chart .row.chosen').count(), 1)
  match(await last.innerText(), /shares \d+ bit/)
}

async function showsHolders(page: Page, { watched }: WatchedNetwork): Promise<void> {
  await openTab(page, 'Stored')
  equal(await page.locator('.writes').count(), 0, 'nothing may be written here')
  const accepted = watched.info().announcements[0]?.last?.accepted ?? []
  ok(accepted.length > 0, 'the node has announced nothing')
  const read = (): Promise<string> => page.locator('.announcement').innerText()
  for (const { address, port } of accepted) {
    await eventually(
      read,
      new RegExp(`${address.replaceAll('.', '\\.')}:${port}\\s+\\d+\\.\\d\\s+stored`),
    )
  }
}

async function showsTraffic(page: Page): Promise<void> {
  await openTab(page, 'Traffic')
  await eventually(() => page.locator('.methods').innerText(), /find_node\s+[1-9]/)
  await eventually(
    () => page.locator('.traffic-tab').innerText(),
    /[1-9]\d* responses, half within/,
  )
  ok((await page.locator('.histogram li').count()) > 3, 'no histogram')
  match(await page.getByRole('region', { name: 'Limits' }).innerText(), /at most/)
}

async function filtersEvents(page: Page): Promise<void> {
  await openTab(page, 'Events')
  const rows = page.locator('.event')
  await eventually(async () => String(await rows.count()), /[1-9]/)
  await page.getByPlaceholder('filter').fill('no event says this')
  await eventually(() => page.locator('.events-tab').innerText(), /None matches/)
  await page.getByPlaceholder('filter').fill('')
  await page.getByRole('button', { name: 'Hold' }).click()
  await eventually(async () => String(await rows.count()), /[1-9]/)
  await page.getByRole('button', { name: 'Follow' }).click()
}

async function tellsLimit(page: Page): Promise<void> {
  await openTab(page, 'Lookups')
  const fault = page.locator('.search .fault')
  for (let count = 0; count < 12; count++) {
    await page.getByRole('button', { name: 'Random id' }).click()
    await page.getByRole('button', { name: 'Look up' }).click()
    await page.waitForTimeout(150)
    if (/Refused/.test(await fault.innerText())) return
  }
  throw new Error('twelve lookups in a minute were let through')
}
