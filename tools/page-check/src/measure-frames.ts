// How smoothly the page is drawn with 5,000 contacts and 200 events a second, view by view.

import type { Browser } from 'playwright-core'
import { frameRate } from './frame-rate.ts'
import { servePage } from './page-server.ts'
import { openTab, visit } from './visitor.ts'

const LARGE = { seed: 5, contacts: 5000, widening: 20, eventsPerSecond: 200 }
const SECONDS = 6

export async function measureFrames(browser: Browser): Promise<void> {
  const blank = await browser.newPage()
  print('an empty page', await frameRate(blank, SECONDS))
  await blank.close()
  await using server = await servePage(LARGE)
  const { page } = await visit(browser, server.url)
  await page.locator('.tree-area').waitFor()
  for (const name of ['Table', 'Lookups', 'Stored', 'Traffic', 'Events']) {
    await openTab(page, name)
    await page.waitForTimeout(1000)
    print(name, await frameRate(page, SECONDS))
  }
}

function print(name: string, rate: Awaited<ReturnType<typeof frameRate>>): void {
  const { framesPerSecond, slowFrameMs, longestMs } = rate
  const gaps = `95 of 100 within ${slowFrameMs.toFixed(0)} ms, at most ${longestMs.toFixed(0)} ms`
  console.log(`${name.padEnd(14)} ${framesPerSecond.toFixed(1)} frames a second, ${gaps}`)
}
