// What a visitor does with a recording, good or hostile.

import { equal, match, ok } from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { Check } from './live-checks.ts'
import { madeUpRecording } from './made-up-recording.ts'
import { eventually, openTab } from './visitor.ts'

export function recordingChecks(page: Page): Check[] {
  return [
    ['a file that is no recording is refused with a reason', () => refuses(page)],
    ['a recording opens, with its faults and adversaries', () => opens(page)],
    ['the time slider and the faults move the table', () => seeks(page)],
    ['another node is chosen by keyboard', () => choosesNode(page)],
    ['texts of a recording are text only', () => showsText(page)],
    ['the recording closes', () => closes(page)],
  ]
}

async function open(page: Page, text: string): Promise<void> {
  const file = { name: 'run.jsonl', mimeType: 'text/plain', buffer: Buffer.from(text) }
  await page.setInputFiles('input[type=file]', file)
}

async function refuses(page: Page): Promise<void> {
  for (const text of ['', 'hello', '{"format":"dht-recording"}', '[]\n[]']) {
    await open(page, text)
    match(await page.locator('.problem').innerText(), /run\.jsonl is not shown: line 1, /)
    await page.getByRole('button', { name: 'Close', exact: true }).click()
  }
}

async function opens(page: Page): Promise<void> {
  await open(page, madeUpRecording())
  await eventually(() => page.locator('.recording-bar').innerText(), /made up, seed 77/)
  equal(await page.locator('.fault-marks svg > *').count(), 4)
  await openTab(page, 'Table')
  await eventually(() => page.locator('.summary').innerText(), /recording\s+[\da-f]{8}/)
}

async function seeks(page: Page): Promise<void> {
  const time = page.locator('.recording-bar output')
  await page.getByRole('button', { name: 'Next fault' }).click()
  await eventually(() => time.innerText(), /^01:00/)
  await eventually(() => page.locator('.faults-now').innerText(), /crash host 4 stops/)
  const slider = page.getByRole('slider', { name: 'Time of the recording' })
  await slider.focus()
  await page.keyboard.press('End')
  await eventually(() => time.innerText(), /^10:00/)
  const legend = page.locator('.tree-card .legend')
  const tree = (): Promise<string> =>
    page.evaluate(() => {
      return (document.querySelector('.xor-tree canvas') as HTMLCanvasElement).toDataURL()
    })
  const [atEnd, treeAtEnd] = [await legend.innerText(), await tree()]
  await page.keyboard.press('Home')
  await eventually(async () => String((await legend.innerText()) !== atEnd), /true/)
  await eventually(async () => String((await tree()) !== treeAtEnd), /true/)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await eventually(() => time.innerText(), /^00:0[1-9]/)
  await page.getByRole('button', { name: 'Pause' }).click()
}

async function choosesNode(page: Page): Promise<void> {
  const opener = page.locator('.node-picker > button')
  await opener.focus()
  await page.keyboard.press('Enter')
  const list = page.getByRole('dialog', { name: 'Choose a node' })
  await list.locator('input:focus').waitFor()
  await page.keyboard.type('misleader')
  match(await list.innerText(), /▲ misleader host 3/)
  await list.locator('.choice:not(:disabled)').first().focus()
  await page.keyboard.press('Enter')
  await eventually(() => opener.innerText(), /host 3/)
  await page.keyboard.press('Enter')
  await list.locator('input:focus').waitFor()
  await page.keyboard.press('Escape')
  await list.waitFor({ state: 'detached' })
}

const MARKUP = '<img src=x onerror=alert(1)>'

/** Markup is shown as it is written; control characters are refused. */
async function showsText(page: Page): Promise<void> {
  const made = madeUpRecording()
  await open(page, made.replaceAll('host 0', MARKUP).replaceAll('made up', MARKUP))
  const bar = page.locator('.recording-bar')
  await eventually(() => bar.innerText(), /<img src=x onerror=alert\(1\)>, seed 77/)
  equal(await page.locator('img').count(), 0)
  await open(page, made.replaceAll('made up', '\\u001b[31m'))
  match(await page.locator('.problem').innerText(), /line 1, source: not as the format demands/)
  await page.getByRole('button', { name: 'Close', exact: true }).click()
}

async function closes(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Close recording' }).click()
  await eventually(() => page.locator('.summary').innerText(), /live/)
  ok((await page.locator('.recording-bar').count()) === 0)
}
