// A page in the browser, with what the checks ask of it. It notes everything that must not happen:
// errors, refusals of the content security policy, requests to anywhere else.

import { equal, ok } from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'

export interface Visit {
  readonly page: Page
  /** What must not have happened. */
  readonly faults: readonly string[]
}

/** Keeps a picture under a name. */
export type Keep = (page: Page, name: string) => Promise<void>

type Options = Parameters<Browser['newContext']>[0]

export async function visit(browser: Browser, url: string, options: Options = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const faults: string[] = []
  const { origin } = new URL(url)
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text())
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`request to ${request.url()}`)
  })
  await page.goto(url)
  return { page, faults }
}

/** Opens a view by its tab. */
export async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click()
}

/** Starts a lookup, and waits for its outcome. @param what - as the page offers it */
export async function startLookup(page: Page, id: string, what: string): Promise<void> {
  await page.getByLabel('Look up an id').fill(id)
  await page.getByLabel('What to look for').selectOption({ label: what })
  await page.getByRole('button', { name: 'Look up' }).click()
  const shown = new RegExp(id, 'i')
  await eventually(() => page.locator('.lookup-card h2').innerText(), shown)
  await page.locator('.outcome').waitFor({ timeout: 15_000 })
}

/** The ids of the nodes that the shown lookup found, nearest first. */
export async function nearestShown(page: Page): Promise<string[]> {
  return page.locator('.outcome tbody td:nth-child(2)').evaluateAll((cells) => {
    return cells.map((cell) => cell.getAttribute('title') ?? '')
  })
}

/** Waits until a text that is read again and again matches. */
export async function eventually(
  read: () => Promise<string>,
  expected: RegExp,
  limitMs = 8000,
): Promise<string> {
  const until = performance.now() + limitMs
  for (;;) {
    const text = await read()
    if (expected.test(text)) return text
    if (performance.now() > until)
      throw new Error(`expected ${expected}, got ${text.slice(0, 300)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Nothing of the view is wider than the window. */
export async function fitsWidth(page: Page): Promise<void> {
  const [scroll, inner] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    window.innerWidth,
  ])
  ok(Number(scroll) <= Number(inner), `${scroll} px wide in a window of ${inner} px`)
}

export function noFaults({ faults }: Visit): void {
  equal(faults.join('\n'), '')
}
