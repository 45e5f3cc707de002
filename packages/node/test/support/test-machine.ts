// A machine for the file storage under test: processes that run, are suspended and die, with a disk
// and a clock of the test.

import type { FileOperations, Machine, ProcessIdentity } from '../../src/adapters/file/machine.ts'
import { CrashDisk } from './crash-disk.ts'

export class TestMachine {
  now: number
  readonly processes: TestProcess[] = []
  #disk: CrashDisk

  constructor(disk: CrashDisk = new CrashDisk(), now = 1_000_000) {
    this.now = now
    this.#disk = disk
    this.disk = disk
  }

  get disk(): CrashDisk {
    return this.#disk
  }

  set disk(disk: CrashDisk) {
    this.#disk = disk
    disk.now = () => this.now
  }

  /** One more process. @param place - where process numbers are valid; empty: not known */
  process(place = ''): TestProcess {
    const process = new TestProcess(this, place)
    this.processes.push(process)
    return process
  }

  /** The instant of the alarm due first. */
  get nextAt(): number {
    return Math.min(...this.processes.map((process) => process.nextAt))
  }

  /** Lets time pass, with all events that are due in it. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms
    await settle()
    while (this.nextAt <= until) await this.goTo(this.nextAt)
    this.now = until
  }

  /** Sets the time, and lets what is due happen. */
  async goTo(at: number): Promise<void> {
    this.now = Math.max(this.now, at)
    for (const process of this.processes) process.ring()
    await settle()
  }
}

interface Alarm {
  at: number
  /** Undefined: it fires once. */
  readonly everyMs: number | undefined
  readonly ring: () => void
}

export class TestProcess implements Machine {
  readonly self: ProcessIdentity
  readonly files: FileOperations
  readonly #machine: TestMachine
  readonly #alarms = new Set<Alarm>()
  #state: 'running' | 'stopped' | 'dead' = 'running'
  readonly #resumed: (() => void)[] = []
  /** How many steps it may do although it is suspended. */
  #steps = 0

  constructor(machine: TestMachine, place: string) {
    const pid = machine.processes.length + 1
    this.#machine = machine
    this.self = { token: pid.toString(16).padStart(16, '0'), pid, place }
    this.files = new Proxy({} as FileOperations, {
      get: (_none, name: keyof FileOperations) => this.#operation(name),
    })
  }

  /** Alarms set. */
  get alarms(): number {
    return this.#alarms.size
  }

  get nextAt(): number {
    if (this.#state !== 'running') return Number.POSITIVE_INFINITY
    return Math.min(...[...this.#alarms].map(({ at }) => at))
  }

  now(): number {
    return this.#machine.now
  }

  sleep(ms: number): Promise<void> {
    return new Promise((ring) => this.#set({ at: this.now() + ms, everyMs: undefined, ring }))
  }

  every(ms: number, ring: () => void): () => void {
    return this.#set({ at: this.now() + ms, everyMs: ms, ring })
  }

  isGone(pid: number): boolean {
    return this.#machine.processes[pid - 1]!.#state === 'dead'
  }

  /** As SIGSTOP does: nothing happens in it until it is resumed. */
  stop(): void {
    this.#state = 'stopped'
  }

  resume(): void {
    this.#state = 'running'
    for (const resume of this.#resumed.splice(0)) resume()
  }

  /** Lets a suspended process do half an operation: begin it, or see its end. */
  async step(): Promise<void> {
    this.#steps = 1
    this.#resumed.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
    this.#steps = 0
  }

  /** As SIGKILL does. */
  kill(): void {
    this.#state = 'dead'
  }

  /** Fires what is due. */
  ring(): void {
    if (this.#state !== 'running') return
    for (const alarm of this.#alarms) {
      if (alarm.at > this.now()) continue
      if (alarm.everyMs === undefined) this.#alarms.delete(alarm)
      else alarm.at = this.now() + alarm.everyMs
      alarm.ring()
    }
  }

  #set(alarm: Alarm): () => void {
    this.#alarms.add(alarm)
    return () => void this.#alarms.delete(alarm)
  }

  /** Waits before and after it while the process is suspended. */
  #operation(name: keyof FileOperations): unknown {
    return async (...args: unknown[]): Promise<unknown> => {
      await this.#running()
      const operation = this.#machine.disk.operations[name] as (...args: unknown[]) => unknown
      const result = await operation(...args)
      await this.#running()
      return name === 'open' ? this.#gated(result as object) : result
    }
  }

  /** An open file whose operations wait as well. */
  #gated(handle: object): object {
    return new Proxy(handle, {
      get: (target, name) => {
        const operation = Reflect.get(target, name)
        if (typeof operation !== 'function') return operation
        return async (...args: unknown[]): Promise<unknown> => {
          await this.#running()
          return operation(...args)
        }
      },
    })
  }

  async #running(): Promise<void> {
    while (this.#state !== 'running' && (this.#state === 'dead' || this.#steps === 0)) {
      await new Promise<void>((resume) => this.#resumed.push(resume))
    }
    if (this.#state === 'stopped') this.#steps--
  }
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
}
