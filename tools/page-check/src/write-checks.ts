// What a visitor writes through the page, where the program allows it, and what others then find.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'
import type { Check } from './live-checks.ts'
import type { ProgramNetwork } from './program.ts'
import { eventually, type Keep, openTab } from './visitor.ts'

interface Parts {
  readonly page: Page
  readonly network: ProgramNetwork
  readonly keep: Keep
}

/** Of a network whose nodes remove what is withdrawn: dht256. */
export function announcementChecks(parts: Parts): Check[] {
  const id = 'beaded'.padEnd(64, '3')
  return [
    ['an id that is none is refused where it is entered', () => refusesId(parts)],
    ['what is entered in the page is found by another node', () => enters(parts, id)],
    ['what is deleted in the page is gone at every node', () => deletes(parts, id)],
    [
      'a network without items has no form for them',
      async () => {
        equal(await parts.page.getByRole('button', { name: 'Put' }).count(), 0)
      },
    ],
  ]
}

/** Of a network with items: Mainline. */
export function itemChecks(parts: Parts): Check[] {
  return [
    ['an item that is put in the page is got by another node', () => puts(parts)],
    ['an item that is too long is refused', () => refusesItem(parts)],
  ]
}

function outcomeOf(page: Page): () => Promise<string> {
  return () => page.locator('.writes output').innerText()
}

async function press(page: Page, name: string, fields: Record<string, string>): Promise<void> {
  await openTab(page, 'Stored')
  for (const [label, text] of Object.entries(fields)) {
    await page.getByLabel(label, { exact: true }).fill(text)
  }
  await page.getByRole('button', { name, exact: true }).click()
}

async function refusesId({ page, network }: Parts): Promise<void> {
  await press(page, 'Enter', { Id: 'abc', Port: '80' })
  await eventually(outcomeOf(page), /^Refused: hex id: expected 64 characters, got 3/)
  await press(page, 'Enter', { Id: 'ab'.repeat(20), Port: '80' })
  await eventually(outcomeOf(page), /^Refused: .*got 40/)
  await press(page, 'Enter', { Id: 'ab'.repeat(32), Port: '0' })
  await eventually(outcomeOf(page), /^Refused: port: /)
  equal(await page.locator('.announcement').count(), 0)
  const found = await network.others[3]?.lookup('ab'.repeat(32))
  deepEqual(found?.endpoints, [])
}

async function enters({ page, network: { others }, keep }: Parts, id: string): Promise<void> {
  await press(page, 'Enter', { Id: ` ${id.toUpperCase()} `, Port: '6060' })
  await eventually(outcomeOf(page), new RegExp(`^Enter: done, ${id}$`))
  await eventually(() => page.locator('.announcement').innerText(), /port 6060[\s\S]*stored it/)
  const found = await others[5]?.lookup(id)
  deepEqual(endpointsOf(found), ['127.0.2.100:6060'])
  await keep(page, 'writes-entered')
}

/** Whoever stored it may be asked: a lookup that finds nothing asks all of the nearest nodes. */
async function deletes({ page, network: { others } }: Parts, id: string): Promise<void> {
  await press(page, 'Delete', { Id: id })
  await eventually(outcomeOf(page), new RegExp(`^Delete: done, ${id}$`))
  await eventually(() => page.locator('.stored-tab').innerText(), /announces nothing/)
  const stillThere = async (): Promise<string> => {
    const found = await Promise.all(others.map((node) => node.lookup(id)))
    return found.flatMap(endpointsOf).join()
  }
  await eventually(stillThere, /^$/)
}

function endpointsOf(
  found: { endpoints: readonly { address: string; port: number }[] } | undefined,
): string[] {
  return (found?.endpoints ?? []).map(({ address, port }) => `${address}:${port}`)
}

const TEXT = 'Grüße, 世界'

async function puts({ page, network: { others }, keep }: Parts): Promise<void> {
  const bytes = Buffer.from(TEXT)
  // The id of an immutable item is the hash of its bencoded value (BEP 44).
  const encoded = Buffer.concat([Buffer.from(`${bytes.length}:`), bytes])
  const id = createHash('sha1').update(encoded).digest('hex')
  await press(page, 'Put', { Item: TEXT })
  await eventually(outcomeOf(page), new RegExp(`^Put: done, ${id}$`))
  const got = async (): Promise<string> => (await others[6]?.get(id))?.item?.value ?? 'nothing'
  await eventually(got, new RegExp(`^${bytes.toString('hex')}$`))
  // Some of the nodes that are nearest to it have it, and one of them may be the page's.
  ok(others.some((node) => node.items().some((item) => item.id === id)))
  await keep(page, 'writes-put')
}

async function refusesItem({ page }: Parts): Promise<void> {
  await press(page, 'Put', { Item: 'é'.repeat(451) })
  match(await eventually(outcomeOf(page), /^Refused/), /value/)
}
