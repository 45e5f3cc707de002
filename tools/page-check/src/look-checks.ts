// How the page looks and listens: colours, small windows, the keyboard, silence for screen readers.

import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import type { Check } from './live-checks.ts'
import { servePage } from './page-server.ts'
import { fitsWidth, noFaults, openTab, visit } from './visitor.ts'

const TABS = ['Table', 'Lookups', 'Stored', 'Traffic', 'Events']
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const BUSY = { seed: 5, contacts: 400, widening: 2, eventsPerSecond: 100 }

export function lookChecks(browser: Browser): Check[] {
  return [
    ['dark mode follows the system and the switch', () => turnsDark(browser)],
    ['every view fits a phone', () => fitsPhone(browser)],
    ['Tab goes through all controls and shows where it is', () => tabsThrough(browser)],
    ['axe finds no fault in any view', () => findsNoFault(browser)],
    ['the live region is quiet while much happens', () => staysQuiet(browser)],
  ]
}

async function backgroundOf(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
}

async function turnsDark(browser: Browser): Promise<void> {
  await using server = await servePage(BUSY)
  const visited = await visit(browser, server.url, { colorScheme: 'dark' })
  const { page } = visited
  const dark = await backgroundOf(page)
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await backgroundOf(page)
  notEqual(dark, light)
  await page.locator('.theme select').selectOption('dark')
  equal(await backgroundOf(page), dark)
  await page.reload()
  equal(await backgroundOf(page), dark, 'the choice is forgotten')
  noFaults(visited)
  await page.close()
}

async function fitsPhone(browser: Browser): Promise<void> {
  await using server = await servePage(BUSY)
  const visited = await visit(browser, server.url, PHONE)
  const { page } = visited
  await page.locator('.tree-area').waitFor()
  for (const name of TABS) {
    await openTab(page, name)
    await page.locator('.card').first().waitFor()
    await fitsWidth(page)
  }
  noFaults(visited)
  await page.close()
}

/** Presses Tab until the focus is back at the start. */
async function tabsThrough(browser: Browser): Promise<void> {
  await using server = await servePage({ ...BUSY, eventsPerSecond: 0 })
  const visited = await visit(browser, server.url)
  const { page } = visited
  for (const name of TABS) {
    await openTab(page, name)
    await page.locator('.card').first().waitFor()
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    const seen: string[] = []
    const invisible: string[] = []
    for (let count = 0; count < 60; count++) {
      await page.keyboard.press('Tab')
      const { label, isShown } = await page.evaluate(focused)
      if (label === '') continue
      if (seen.length > 2 && label === seen[0]) break
      seen.push(label)
      if (!isShown) invisible.push(label)
    }
    deepEqual(invisible, [], `${name}: focus that is not seen`)
    ok(seen.length >= 3 && seen.length < 60, `${name}: ${seen.length} stops`)
  }
  noFaults(visited)
  await page.close()
}

/** Runs in the page: what has the focus, and whether that is seen. */
function focused(): { label: string; isShown: boolean } {
  const element = document.activeElement as HTMLElement | null
  if (element === null || element === document.body) return { label: '', isShown: true }
  const around = element.closest('.tree-scroll') ?? element
  const isShown = [element, around].some((each) => getComputedStyle(each).outlineStyle !== 'none')
  return { label: `${element.tagName} ${element.id} ${element.textContent?.slice(0, 30)}`, isShown }
}

/** The rules of WCAG that axe checks. */
async function findsNoFault(browser: Browser): Promise<void> {
  await using server = await servePage({ ...BUSY, contacts: 60, eventsPerSecond: 2 })
  const visited = await visit(browser, server.url)
  const { page } = visited
  await page.locator('.tree-area').waitFor()
  await page.evaluate(axe.source)
  for (const name of TABS) {
    await openTab(page, name)
    await page.locator('.card').first().waitFor()
    const found = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)
    })
    deepEqual(found, [], name)
  }
  noFaults(visited)
  await page.close()
}

async function staysQuiet(browser: Browser): Promise<void> {
  await using server = await servePage(BUSY)
  const visited = await visit(browser, server.url)
  const { page } = visited
  await page.locator('.tree-area').waitFor()
  const changes = await page.evaluate(async () => {
    const region = document.querySelector('[aria-live=polite]') as HTMLElement
    let count = 0
    const observer = new MutationObserver(() => count++)
    observer.observe(region, { childList: true, characterData: true, subtree: true })
    await new Promise((resolve) => setTimeout(resolve, 2500))
    return count
  })
  ok(changes <= 1, `${changes} announcements`)
  equal(await page.locator('[aria-live]').count(), 1)
  noFaults(visited)
  await page.close()
}
