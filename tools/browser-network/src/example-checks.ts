// The page of examples/browser, by clicking through it.

import { startExample } from '@dht/example-browser'
import type { BrowserContext, Page } from 'playwright-core'
import { eventually, expect } from './network.ts'

/** Opens the page of the example, and uses it as a visitor would. */
export async function checkExample(context: BrowserContext): Promise<void> {
  await using example = await startExample({ port: 0 })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  await page.goto(example.url)
  await eventually('part of the network', async () => {
    return (await textOf(page, '#status')) === 'Part of the network.'
  })
  const contacts = Number(await textOf(page, '#contacts'))
  expect(`8 contacts or more, got ${contacts}`, contacts >= 8)
  await page.getByRole('button', { name: 'Enter' }).click()
  // At the 8 nearest nodes, and perhaps at more of the region around the id, at most 16.
  const isEntered = /is entered at (8|9|1[0-6]) nodes/
  await eventually('entered', async () => isEntered.test(await textOf(page, '#log')))
  await page.getByRole('button', { name: 'Look up' }).click()
  const endpoint = await textOf(page, '#endpoint')
  await eventually('found', async () => (await textOf(page, '#log')).includes(`at ${endpoint}`))
  const tab = await context.newPage()
  await tab.goto(example.url)
  await eventually('refused', async () => {
    return (await textOf(tab, '#status')).includes('another page or node uses')
  })
  expect(`no faults, got ${faults.join('; ')}`, faults.length === 0)
  const screen = process.env['SCREEN']
  if (screen !== undefined) await page.screenshot({ path: screen, fullPage: true })
}

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent()) ?? ''
}
