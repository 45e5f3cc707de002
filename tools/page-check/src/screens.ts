// Pictures of all views, to be looked at: live from a network of twenty, a made-up larger node, a
// recording, on a phone, and dark.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { madeUpRecording } from './made-up-recording.ts'
import { watchedNetwork } from './network.ts'
import { servePage } from './page-server.ts'
import { type Keep, openTab, visit } from './visitor.ts'

const TABS = ['Table', 'Lookups', 'Stored', 'Traffic', 'Events']
const MIDDLE = { seed: 5, contacts: 240, widening: 1, eventsPerSecond: 4 }
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

/** Keeps pictures in a folder, or none without one. */
export function keeperIn(folder: string | undefined): Keep {
  if (folder === undefined) return async () => {}
  mkdirSync(folder, { recursive: true })
  return async (page, name) => {
    await page.screenshot({ path: join(folder, `${name}.png`) })
  }
}

export async function takeScreens(browser: Browser, folder: string): Promise<void> {
  const keep = keeperIn(folder)
  await takeLive(browser, keep)
  await using server = await servePage(MIDDLE)
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await visit(browser, server.url, { colorScheme })
    await takeAll(page, (name) => keep(page, `${colorScheme}-${name}`))
    await page.close()
  }
  const { page } = await visit(browser, server.url, PHONE)
  await takeAll(page, (name) => keep(page, `phone-${name}`))
  await page.close()
}

/** Chooses the lookup with most queries, which has most to show. */
async function longest(page: Page): Promise<void> {
  const items = page.locator('.lookup-side .choice')
  const counts = (await items.allInnerTexts()).map((text) => {
    return Number(/(\d+) queries/.exec(text)?.[1] ?? 0)
  })
  await items.nth(counts.indexOf(Math.max(...counts))).click()
}

/** The pictures of the documents: a table and a lookup of a simulated network. */
export async function takeRecording(
  browser: Browser,
  folder: string,
  recording: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await using server = await servePage(MIDDLE)
  const { page } = await visit(browser, server.url, { viewport: { width: 1320, height: 820 } })
  await page.setInputFiles('input[type=file]', recording)
  await page.locator('.recording-bar').waitFor()
  await page.getByRole('slider', { name: 'Time of the recording' }).focus()
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowLeft')
  await page.waitForTimeout(2500)
  await page.mouse.click(700, 20)
  await page.screenshot({ path: join(folder, 'observatory-table.png') })
  await openTab(page, 'Lookups')
  await longest(page)
  await page.waitForTimeout(1000)
  await page.screenshot({ path: join(folder, 'observatory-lookup.png') })
  await page.close()
}

async function takeLive(browser: Browser, keep: Keep): Promise<void> {
  await using network = await watchedNetwork()
  const { page } = await visit(browser, network.url)
  await page.locator('.tree-area').waitFor()
  await Promise.all(network.others.slice(-3).map((node) => node.close()))
  await page.waitForTimeout(9000)
  await keep(page, 'live-table')
  await lookUp(page)
  await keep(page, 'live-lookup')
}

async function lookUp(page: Page): Promise<void> {
  await openTab(page, 'Lookups')
  await page.getByRole('button', { name: 'Random id' }).click()
  await page.getByRole('button', { name: 'Look up' }).click()
  await page.locator('.outcome').waitFor()
  await page.waitForTimeout(500)
}

/** The listed lookup that swept, whole, with a contact that it queried several times. */
async function takeSweep(page: Page, keep: (name: string) => Promise<void>): Promise<void> {
  await page.locator('.lookup-side .choice').nth(1).click()
  await page.locator('.referral-row', { hasText: 'queries' }).last().click()
  await page.locator('.lookup-card').scrollIntoViewIfNeeded()
  const size = page.viewportSize() ?? { width: 1360, height: 860 }
  await page.setViewportSize({ ...size, height: 2000 })
  await page.waitForTimeout(500)
  await keep('sweep')
  await page.setViewportSize(size)
}

async function takeAll(page: Page, keep: (name: string) => Promise<void>): Promise<void> {
  for (const name of TABS) {
    if (name === 'Lookups') await lookUp(page)
    else await openTab(page, name)
    await page.waitForTimeout(1500)
    await keep(name.toLowerCase())
    if (name === 'Lookups') await takeSweep(page, keep)
  }
  const buffer = Buffer.from(madeUpRecording())
  await page.setInputFiles('input[type=file]', { name: 'a.jsonl', mimeType: 'text/plain', buffer })
  await openTab(page, 'Table')
  await page.getByRole('button', { name: 'Next fault' }).click()
  await page.waitForTimeout(500)
  await keep('recording')
}
