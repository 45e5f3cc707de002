// A figure of the report: what was measured, what it should be, and whether it is.

export interface Figure {
  /** The goal's name, as in `P1`; a dash for what is only told. */
  readonly goal: string
  readonly what: string
  readonly value: number
  /** `x echo`, `x faster`, `ns`, `KiB`, … */
  readonly unit: string
  readonly atMost?: number
  readonly atLeast?: number
  /** The measurements behind the value, with their units in their names. */
  readonly details: Readonly<Record<string, number>>
}

/** Undefined when nothing was promised. */
export function isReached({ value, atMost, atLeast }: Figure): boolean | undefined {
  if (atMost !== undefined) return value <= atMost
  if (atLeast !== undefined) return value >= atLeast
  return undefined
}

/** The figures as lines of one table. */
export function tableOf(figures: readonly Figure[]): string[] {
  const rows = [['goal', 'figure', 'measured', 'wanted', '', 'from'], ...figures.map(rowOf)]
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function rowOf(figure: Figure): string[] {
  const { goal, what, value, unit, atMost, atLeast, details } = figure
  const bound = atMost !== undefined ? `<= ${atMost}` : ''
  const wanted = atLeast !== undefined ? `>= ${atLeast}` : bound
  const verdict = { true: 'reached', false: 'MISSED', undefined: '' }[`${isReached(figure)}`]
  const from = Object.entries(details).map(([name, number]) => `${name} ${short(number)}`)
  return [goal, what, `${short(value)} ${unit}`, wanted, verdict, from.join(', ')]
}

/** Three digits that count. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '-'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return Number(value.toPrecision(3)).toString()
}
