// Shows how far a long run is: one line that changes on a terminal, elsewhere a plain line from
// time to time.

const WIDTH = 24
const PLAIN_EVERY_MS = 15_000
const CLEAR_LINE = '\r\u001B[K'

/** @typedef {{ commands: number, wanted: number }} State */

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
  #ended = 0
  #endedCommands = 0
  /** @type {Map<string, State>} */
  #running = new Map()
  #startedAt = performance.now()
  #toldAt = performance.now()

  /** @param {number} parts - how many there are to come */
  constructor(parts) {
    this.#parts = parts
  }

  /** @param {string} name - of the part that begins */
  begin(name) {
    this.#running.set(name, { commands: 0, wanted: 0 })
    this.#tell()
  }

  /** @param {string} name @param {State} state - `wanted` is 0 while it is not known */
  show(name, state) {
    this.#running.set(name, state)
    this.#tell()
  }

  /** Leaves the line to what is printed next. @param {string} name */
  end(name) {
    this.#ended++
    this.#endedCommands += this.#running.get(name)?.commands ?? 0
    this.#running.delete(name)
    if (process.stdout.isTTY) process.stdout.write(CLEAR_LINE)
  }

  #tell() {
    const now = performance.now()
    if (process.stdout.isTTY) {
      const line = this.#line((now - this.#startedAt) / 1_000)
      process.stdout.write(CLEAR_LINE + line.slice(0, (process.stdout.columns ?? 80) - 1))
    } else if (now - this.#toldAt >= PLAIN_EVERY_MS) {
      this.#toldAt = now
      console.log(`  … ${this.#line((now - this.#startedAt) / 1_000)}`)
    }
  }

  /** @param {number} seconds */
  #line(seconds) {
    const states = [...this.#running.values()]
    const shares = states.map(({ commands, wanted }) => (wanted > 0 ? commands / wanted : 0))
    const begun = shares.reduce((sum, share) => sum + Math.min(1, share), 0)
    const done = (this.#ended + begun) / this.#parts
    const full = Math.round(done * WIDTH)
    const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full)
    const facts = [`${bar} ${this.#ended}/${this.#parts}`, clock(seconds)]
    if (done > 0) facts.push(`about ${clock((seconds * (1 - done)) / done)} left`)
    const commands = states.reduce((sum, each) => sum + each.commands, this.#endedCommands)
    if (commands > 0) {
      facts.push(`${grouped(commands)} commands, ${grouped(Math.round(commands / seconds))}/s`)
    }
    return [...facts, ...this.#running.keys()].join(' · ')
  }
}
