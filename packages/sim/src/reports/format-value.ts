// Formats numbers for people. The result is the same on every engine, because no locale is used.

/** Groups digits by three. A small number that is not whole has two digits after the point. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nothing measured' : String(value)
  const digits = Math.abs(value) >= 1_000 || Number.isInteger(value) ? 0 : 2
  const [whole = '', rest = ''] = Math.abs(value).toFixed(digits).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const tail = rest.replace(/0+$/, '')
  return `${value < 0 ? '-' : ''}${grouped}${tail === '' ? '' : `.${tail}`}`
}

/** A share in per cent, rounded down, so that 99.9995 % is never shown as 100 %. */
export function formatShare(share: number): string {
  if (Number.isNaN(share)) return 'nothing measured'
  // Adding this corrects a product that is short of a whole number only by the error of a double.
  const thousandths = Math.floor(share * 100_000 + 1e-6)
  return `${String(thousandths / 1_000)} %`
}

export function formatValue(value: number, unit: string): string {
  if (unit === 'share') return formatShare(value)
  return Number.isNaN(value) ? formatNumber(value) : `${formatNumber(value)} ${unit}`
}

/** A time by its two largest units. @param ms - at least 0 */
export function formatSpan(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const
  const parts: string[] = []
  let left = Math.floor(ms / 1_000) * 1_000
  for (const [name, size] of units) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0 && parts.length < 2) parts.push(`${count} ${name}`)
    else if (parts.length > 0) break
  }
  return parts.length === 0 ? `${Math.floor(ms)} ms` : parts.join(' ')
}
