// A report as one HTML page without scripts, which needs no network and no other file.

import { formatNumber, formatSpan, formatValue } from './format-value.ts'
import { escapeMarkup, markup } from './markup.ts'
import { PAGE_STYLE } from './page-style.ts'
import { plotDrawing } from './plot-drawing.ts'
import type { Figure, Plot, Report } from './report.ts'
import { settingsOf, verdictLine, verdictOf, wantedOf } from './report-table.ts'

/** Number of violations that are shown; the others are counted. */
const SHOWN_VIOLATIONS = 50

/** @returns a whole HTML document */
export function reportPage(report: Report): string {
  const { scenario, summary, passed, events, virtualMs, traceHash, notes, plots } = report
  const run = `${formatNumber(events)} events in ${formatSpan(virtualMs)} of virtual time`
  const verdict = verdictLine(report)
  const head = [
    markup('h1', {}, escapeMarkup(scenario)),
    markup('p', {}, escapeMarkup(summary)),
    markup('p', { class: 'soft' }, escapeMarkup(settingsOf(report))),
    markup('p', { class: 'soft' }, escapeMarkup(`${run}, trace ${traceHash}`)),
    markup('p', { class: `badge ${passed ? 'good' : 'bad'}` }, escapeMarkup(verdict)),
  ]
  const body = [
    ...head,
    markup('h2', {}, 'Figures'),
    figureTable(report.figures),
    ...violationList(report),
    ...(plots.length > 0 ? [markup('h2', {}, 'Plots')] : []),
    markup('div', { class: 'plots' }, ...plots.map(plotCard)),
    ...(notes.length > 0 ? [markup('h2', {}, 'Notes'), list(notes)] : []),
  ]
  return documentOf(`${scenario}: ${verdict}`, body.join('\n'))
}

function documentOf(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>
${PAGE_STYLE}
</style>
</head>
<body>
${body}
</body>
</html>
`
}

function figureTable(figures: readonly Figure[]): string {
  const head = [
    markup('th', {}, 'figure'),
    markup('th', { class: 'number' }, 'value'),
    markup('th', {}, 'wanted'),
    markup('th', {}, 'met'),
    markup('th', { class: 'number' }, 'of'),
  ]
  return markup('table', {}, markup('tr', {}, ...head), ...figures.map(figureRow))
}

function figureRow(figure: Figure): string {
  const { name, value, unit, samples } = figure
  const verdict = verdictOf(figure)
  const isBad = verdict.toLowerCase() === 'no'
  return markup(
    'tr',
    isBad ? { class: 'bad' } : {},
    markup('td', {}, escapeMarkup(name)),
    markup('td', { class: 'number' }, escapeMarkup(formatValue(value, unit))),
    markup('td', {}, escapeMarkup(wantedOf(figure))),
    markup('td', { class: isBad ? 'bad' : 'good' }, verdict),
    markup('td', { class: 'number' }, samples === undefined ? '' : formatNumber(samples)),
  )
}

function violationList({ violations }: Report): string[] {
  if (violations.length === 0) return []
  const shown = violations.slice(0, SHOWN_VIOLATIONS).map(({ property, at, host, seen }) => {
    const where = host === undefined ? '' : `, host ${host}`
    return `${property} at ${formatNumber(at)} ms${where}: ${seen}`
  })
  const more = violations.length - shown.length
  if (more > 0) shown.push(`and ${formatNumber(more)} more`)
  return [markup('h2', {}, 'Violations'), list(shown)]
}

function plotCard(plot: Plot): string {
  const names = (plot.kind === 'lines' ? plot.lines : plot.sets).map(({ name }) => name)
  const entries = names.map((name, index) => {
    return markup('span', {}, markup('i', { class: `s${index}` }), escapeMarkup(name))
  })
  return markup(
    'figure',
    {},
    markup('h3', {}, escapeMarkup(plot.name)),
    ...(entries.length > 1 ? [markup('div', { class: 'legend' }, ...entries)] : []),
    plotDrawing(plot),
  )
}

function list(items: readonly string[]): string {
  return markup('ul', {}, ...items.map((item) => markup('li', {}, escapeMarkup(item))))
}
