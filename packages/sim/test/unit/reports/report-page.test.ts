// The two forms of a report for people: lines for a terminal, and an HTML page.

import { describe, expect, it } from 'vitest'
import type { Report } from '../../../src/reports/report.ts'
import { reportPage } from '../../../src/reports/report-page.ts'
import { reportTable } from '../../../src/reports/report-table.ts'

const REPORT: Report = {
  scenario: 'example',
  summary: 'fewer than <all> & "some"',
  nodes: 1_000,
  hours: 0.5,
  seed: '<script>',
  encoded: true,
  extras: { loss: 5, session: undefined },
  passed: false,
  figures: [
    { name: 'good', value: 1, unit: 'share', atLeast: 1, samples: 1_234 },
    { name: 'bad', value: 9, unit: 'hops', atMost: 3 },
    { name: 'shown', value: 2.5, unit: 'hops' },
    { name: 'unknown', value: Number.NaN, unit: 'share', atLeast: 0 },
  ],
  plots: [
    {
      kind: 'lines',
      name: 'over time',
      xUnit: 'hours',
      yUnit: 'share',
      lines: [
        {
          name: 'one',
          points: [
            [0, 0.95],
            [1, 1],
          ],
        },
        { name: 'none', points: [] },
      ],
      limits: [{ name: 'least', value: 0.99 }],
      marks: [{ name: 'event', value: 0.5 }],
    },
    {
      kind: 'bars',
      name: 'how often',
      unit: 'hops',
      binWidth: 1,
      sets: [{ name: 'all', counts: [0, 3, 1] }],
      limits: [{ name: 'most', value: 3 }],
    },
    { kind: 'bars', name: 'nothing', unit: 'ms', binWidth: 2, sets: [{ name: 'all', counts: [] }] },
  ],
  violations: [{ property: 'SIM-S7', at: 12, host: 3, seen: 'a <bad> thing' }],
  notes: ['A note.'],
  traceHash: '0123456789abcdef',
  events: 12_345,
  virtualMs: 61_000,
}

describe('the table', () => {
  it('shows what was wanted, what was met, and the verdict last', () => {
    expect(reportTable(REPORT)).toEqual([
      'example: fewer than <all> & "some"',
      '1,000 nodes, 0.5 h, seed <script>, loss 5',
      '',
      'figure   value             wanted          met  of',
      'good     100 %             at least 100 %  yes  1,234',
      'bad      9 hops            at most 3 hops  NO',
      'shown    2.5 hops',
      'unknown  nothing measured  at least 0 %    NO',
      '',
      '- A note.',
      '',
      '! SIM-S7 at 12 ms, host 3: a <bad> thing',
      '12,345 events in 1 min 1 s of virtual time, trace 0123456789abcdef',
      'FAILED: 1 of 3 figures as wanted, violations: 1',
    ])
  })

  it('shows the first violations and counts the others', () => {
    const [violation] = REPORT.violations
    const many = { ...REPORT, violations: new Array(25).fill(violation) }
    const lines = reportTable(many).filter((line) => line.startsWith('!'))
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toBe('! and 15 more')
  })
})

describe('the page', () => {
  const page = reportPage(REPORT)

  it('needs no other file', () => {
    expect(page).not.toMatch(/<script|<link|<img|src=|href=|url\(|@import|https?:/)
  })

  it('is well formed, whatever text a run contains', () => {
    const open: string[] = []
    const body = page.slice(page.indexOf('<body>'))
    for (const [, slash, name] of body.matchAll(/<(\/?)([a-z0-9]+)[^<>]*>/g)) {
      if (slash === '') open.push(name as string)
      else if (name !== 'html') expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
    expect(body).toContain('fewer than &lt;all&gt; &amp; &quot;some&quot;')
    expect(body).not.toContain('NaN')
  })

  it('shows every figure, every plot with its units and limits, and the verdict', () => {
    for (const text of ['good', 'bad', 'shown', 'over time', 'how often', 'A note.']) {
      expect(page).toContain(text)
    }
    expect(page).toContain('<p class="badge bad">FAILED: 1 of 3 figures as wanted')
    expect(page.match(/<svg/g)).toHaveLength(3)
    expect(page.match(/class="limit"/g)).toHaveLength(4)
    expect(page.match(/class="mark"/g)).toHaveLength(2)
    expect(page.match(/<tr class="bad">/g)).toHaveLength(2)
    expect(page).toContain('prefers-color-scheme: dark')
  })

  it('places bars by their shares', () => {
    const heights = [...page.matchAll(/class="bar s0"[^>]*height="([0-9.]+)"/g)].map(([, h]) =>
      Number(h),
    )
    expect(heights).toHaveLength(2)
    expect(heights[0]! / heights[1]!).toBeCloseTo(3, 1)
  })
})
