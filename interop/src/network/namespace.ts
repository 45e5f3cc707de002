// A network namespace without a name. It exists as long as its holder, a process that ends when its
// input closes. So nothing is left behind, however this program ends.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export class Namespace {
  readonly #holder: ChildProcess

  private constructor(holder: ChildProcess) {
    this.#holder = holder
  }

  static async create(): Promise<Namespace> {
    const holder = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'pipe', 'pipe'] })
    let complaint = ''
    holder.stderr.on('data', (chunk) => {
      complaint += chunk
    })
    holder.stdin.on('error', () => {})
    holder.stdin.write('\n')
    // The echo comes from inside the namespace.
    const [outcome] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')])
    if (typeof outcome === 'number') throw new Error(`network namespace: ${complaint.trim()}`)
    return new Namespace(holder)
  }

  get pid(): number {
    return this.#holder.pid as number
  }

  /** The command that runs `command` inside. */
  inside(command: readonly string[]): readonly string[] {
    return ['nsenter', `--net=/proc/${this.pid}/ns/net`, ...command]
  }

  /** @param commands - of `ip`, without its name */
  async configure(commands: readonly string[]): Promise<void> {
    const [program = '', ...args] = this.inside(['ip', '-batch', '-'])
    const ip = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] })
    let complaint = ''
    ip.stderr.on('data', (chunk) => {
      complaint += chunk
    })
    ip.stdin.end(`${commands.join('\n')}\n`)
    const [code] = await once(ip, 'close')
    if (code !== 0) throw new Error(`ip: ${complaint.trim()}`)
  }

  async close(): Promise<void> {
    if (this.#holder.exitCode !== null) return
    const closed = once(this.#holder, 'close')
    this.#holder.stdin?.end()
    await closed
  }
}
