// Formats a report as lines of text for a terminal.

import { formatNumber, formatSpan, formatValue } from './format-value.ts'
import { type Figure, isAsWanted, type Report } from './report.ts'

/** At most this many violations are printed. Of the others only the number is printed. */
const SHOWN_VIOLATIONS = 10

/**
 * Whether the figure is within its bounds: `yes`, `NO`, or `no` for a goal that is not reached yet.
 * Empty for a figure without bounds.
 */
export function verdictOf(figure: Figure): 'yes' | 'NO' | 'no' | '' {
  if (figure.atMost === undefined && figure.atLeast === undefined) return ''
  if (isAsWanted(figure)) return 'yes'
  return figure.isGoalOnly === true ? 'no' : 'NO'
}

/** The bounds of a figure as text, such as `at most 5 packets`. */
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

/** The last line: whether the run has passed, how many figures are as wanted, and violations. */
export function verdictLine(report: Report): string {
  const bounded = report.figures.filter((figure) => verdictOf(figure) !== '')
  const met = bounded.filter(isAsWanted).length
  const open = bounded.filter((figure) => verdictOf(figure) === 'no').length
  const goals = open === 0 ? '' : `, goals not reached yet: ${open}`
  const figures = `${met} of ${bounded.length} figures as wanted${goals}`
  const { violations } = report
  const suffix = violations.length === 0 ? '' : `, violations: ${formatNumber(violations.length)}`
  return `${report.passed ? 'PASSED' : 'FAILED'}: ${figures}${suffix}`
}

/** One figure as a line of text. */
export function figureLine(figure: Figure): string {
  const { name, value, unit } = figure
  const [wanted, verdict] = [wantedOf(figure), verdictOf(figure)]
  const rest = verdict === '' ? '' : ` (${wanted}: ${verdict})`
  return `${name}: ${formatValue(value, unit)}${rest}`
}

/** The lines of the report, without newline characters. A terminal can't show its plots. */
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

/** Pads the cells, so that each column starts at the same place in all lines. */
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
