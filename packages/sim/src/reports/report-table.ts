// A report as lines for a terminal.

import { formatNumber, formatSpan, formatValue } from './format-value.ts'
import { type Figure, isAsWanted, type Report } from './report.ts'

/** Number of violations that are printed; the others are counted. */
const SHOWN_VIOLATIONS = 10

/** `yes` or `NO`, or empty if nothing was wanted of the figure. */
export function verdictOf(figure: Figure): 'yes' | 'NO' | '' {
  if (figure.atMost === undefined && figure.atLeast === undefined) return ''
  return isAsWanted(figure) ? 'yes' : 'NO'
}

/** What was wanted of a figure, as text. */
export function wantedOf({ unit, atMost, atLeast }: Figure): string {
  const parts: string[] = []
  if (atLeast !== undefined) parts.push(`at least ${formatValue(atLeast, unit)}`)
  if (atMost !== undefined) parts.push(`at most ${formatValue(atMost, unit)}`)
  return parts.join(', ')
}

/** The settings of a run, as text. */
export function settingsOf({ nodes, hours, seed, encoded, extras }: Report): string {
  const more = Object.entries(extras).flatMap(([name, value]) => {
    return value === undefined ? [] : [`${name} ${formatNumber(value)}`]
  })
  const size = [`${formatNumber(nodes)} nodes`, `${formatNumber(hours)} h`, `seed ${seed}`]
  return [...size, ...more, ...(encoded ? [] : ['unencoded'])].join(', ')
}

/** The last line: whether the run has passed, and why. */
export function verdictLine(report: Report): string {
  const bounded = report.figures.filter((figure) => verdictOf(figure) !== '')
  const missed = bounded.filter((figure) => verdictOf(figure) === 'NO').length
  const figures = `${bounded.length - missed} of ${bounded.length} figures as wanted`
  const { violations } = report
  const seen = violations.length === 0 ? '' : `, violations: ${formatNumber(violations.length)}`
  return `${report.passed ? 'PASSED' : 'FAILED'}: ${figures}${seen}`
}

/** The report without its plots, as lines without an end of line. */
export function reportTable(report: Report): string[] {
  const rows = report.figures.map((figure) => [
    figure.name,
    formatValue(figure.value, figure.unit),
    wantedOf(figure),
    verdictOf(figure),
    figure.samples === undefined ? '' : formatNumber(figure.samples),
  ])
  const { events, virtualMs, traceHash } = report
  const run = `${formatNumber(events)} events in ${formatSpan(virtualMs)} of virtual time`
  return [
    `${report.scenario}: ${report.summary}`,
    settingsOf(report),
    '',
    ...aligned([['figure', 'value', 'wanted', 'met', 'of'], ...rows]),
    '',
    ...report.notes.map((note) => `- ${note}`),
    ...(report.notes.length > 0 ? [''] : []),
    ...violationLines(report),
    `${run}, trace ${traceHash}`,
    verdictLine(report),
  ]
}

function violationLines({ violations }: Report): string[] {
  const shown = violations.slice(0, SHOWN_VIOLATIONS).map(({ property, at, host, seen }) => {
    return `! ${property} at ${at} ms${host === undefined ? '' : `, host ${host}`}: ${seen}`
  })
  const more = violations.length - shown.length
  return more > 0 ? [...shown, `! and ${formatNumber(more)} more`] : shown
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => {
    return Math.max(...rows.map((row) => (row[column] ?? '').length))
  })
  return rows.map((row) => {
    return row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd()
  })
}
