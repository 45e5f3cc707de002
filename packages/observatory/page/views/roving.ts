// Arrow keys between the items of a group, of which Tab reaches one.

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
}

/** Handles the keys of a group whose items match `selector`. */
export function moveBetween(selector: string): (event: KeyboardEvent) => void {
  return (event) => {
    const group = event.currentTarget as HTMLElement
    const items = [...group.querySelectorAll<HTMLElement>(selector)]
    const current = items.indexOf(document.activeElement as HTMLElement)
    const target = targetOf(event.key, current, items.length)
    if (target === undefined) return
    event.preventDefault()
    const item = items[target]
    item?.focus()
    item?.scrollIntoView({ block: 'nearest' })
  }
}

function targetOf(key: string, current: number, count: number): number | undefined {
  if (count === 0) return undefined
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const step = Object.hasOwn(STEPS, key) ? (STEPS[key] as number) : undefined
  return step === undefined ? undefined : Math.min(count - 1, Math.max(0, current + step))
}
