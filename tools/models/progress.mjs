// What is seen of a long run while it goes on: one line that changes, on a terminal; elsewhere a
// plain line from time to time.

const WIDTH = 24
const PLAIN_EVERY_MS = 15_000
const CLEAR_LINE = '\r\u001B[K'

/** @param {number} count */
export function grouped(count) {
  return count.toLocaleString('en')
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

export class Progress {
  #parts
  #at = 0
  #name = ''
  #startedAt = performance.now()
  #toldAt = performance.now()

  /** @param {number} parts - how many there are to come */
  constructor(parts) {
    this.#parts = parts
  }

  /** @param {string} name - of the part that begins */
  begin(name) {
    this.#at++
    this.#name = name
    this.#startedAt = performance.now()
    this.#toldAt = this.#startedAt
    this.show(0, 0)
  }

  /** @param {number} commands - executed in this part @param {number} wanted - 0: not known */
  show(commands, wanted) {
    const now = performance.now()
    const isDue = now - this.#toldAt >= PLAIN_EVERY_MS
    if (!process.stdout.isTTY && !isDue) return
    this.#toldAt = now
    const line = this.#line(commands, wanted, (now - this.#startedAt) / 1_000)
    if (!process.stdout.isTTY) console.log(`  … ${line}`)
    else process.stdout.write(CLEAR_LINE + line.slice(0, (process.stdout.columns ?? 80) - 1))
  }

  /** Leaves the line to what is printed next. */
  end() {
    if (process.stdout.isTTY) process.stdout.write(CLEAR_LINE)
  }

  /** @param {number} commands @param {number} wanted @param {number} seconds */
  #line(commands, wanted, seconds) {
    const share = wanted > 0 ? Math.min(1, commands / wanted) : 0
    const done = (this.#at - 1 + share) / this.#parts
    const full = Math.round(done * WIDTH)
    const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full)
    const facts = [`${bar} ${this.#at}/${this.#parts}`, this.#name, clock(seconds)]
    if (commands > 0) {
      facts.push(`${grouped(commands)} commands, ${grouped(Math.round(commands / seconds))}/s`)
    }
    if (share > 0 && share < 1) facts.push(`${clock((seconds * (1 - share)) / share)} left`)
    return facts.join(' · ')
  }
}
