// How smoothly a page is drawn: the instants of its frames over some seconds.

import type { Page } from 'playwright-core'

export interface FrameRate {
  readonly framesPerSecond: number
  /** 95 of 100 frames came at most this long after the one before, ms. */
  readonly slowFrameMs: number
  readonly longestMs: number
}

export async function frameRate(page: Page, seconds: number): Promise<FrameRate> {
  const gaps = await page.evaluate(async (spanMs) => {
    const found: number[] = []
    await new Promise<void>((resolve) => {
      const startedAt = performance.now()
      let before = startedAt
      requestAnimationFrame(function next(now) {
        found.push(now - before)
        before = now
        if (now - startedAt >= spanMs) resolve()
        else requestAnimationFrame(next)
      })
    })
    return found.slice(1)
  }, seconds * 1000)
  const sorted = gaps.toSorted((a, b) => a - b)
  const total = gaps.reduce((sum, gap) => sum + gap, 0)
  return {
    framesPerSecond: (1000 * gaps.length) / total,
    slowFrameMs: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
    longestMs: sorted.at(-1) ?? 0,
  }
}
