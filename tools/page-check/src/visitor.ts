// A page in the browser, with what the checks ask of it. It notes everything that must not happen:
// errors, refusals of the content security policy, requests to anywhere else.

import { equal, ok } from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'

export interface Visit {
  readonly page: Page
  /** What must not have happened. */
  readonly faults: readonly string[]
}

type Options = Parameters<Browser['newPage']>[0]

export async function visit(browser: Browser, url: string, options: Options = {}): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 860 }, ...options })
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
