// What the file storage needs of its machine: file operations, time and processes. Tests replace
// it.

import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import * as files from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

export type FileOperations = Pick<
  typeof files,
  | 'access'
  | 'lstat'
  | 'mkdir'
  | 'open'
  | 'readdir'
  | 'realpath'
  | 'rename'
  | 'stat'
  | 'unlink'
  | 'utimes'
>

/** What tells a process from all others. */
export interface ProcessIdentity {
  /** 16 random hex digits. */
  readonly token: string
  readonly pid: number
  /**
   * The host, its boot and the process namespace that `pid` belongs to; empty where the system
   * doesn't tell them.
   */
  readonly place: string
}

export interface Machine {
  readonly files: FileOperations
  readonly self: ProcessIdentity
  /** The wall clock, ms, since the times of files are compared with it. */
  now(): number
  /** Keeps the process alive while it waits. */
  sleep(ms: number): Promise<unknown>
  /** Calls at intervals, without keeping the process alive. @returns stops the calls */
  every(ms: number, call: () => void): () => void
  /** Whether no process of this number exists in our own `place`. */
  isGone(pid: number): boolean
}

let ourselves: ProcessIdentity | undefined

export const systemMachine: Machine = {
  files,
  /** Determined at the first use, so that importing this module has no effect. */
  get self() {
    ourselves ??= { token: randomToken(), pid: process.pid, place: placeOfProcess() }
    return ourselves
  },
  now: () => Date.now(),
  sleep: (ms) => sleep(ms),
  every: (ms, call) => {
    const timer = setInterval(call, ms).unref()
    return () => clearInterval(timer)
  },
  isGone,
}

/** 16 random hex digits. */
export function randomToken(): string {
  return randomBytes(8).toString('hex')
}

/**
 * Only Linux tells all of it; elsewhere a number could be that of another machine's process. The
 * name of the host distinguishes containers in sandboxes that show the same boot and namespace.
 */
function placeOfProcess(): string {
  if (process.platform !== 'linux') return ''
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const namespace = readlinkSync('/proc/self/ns/pid')
    return `${hostname()}/${boot}/${namespace}`.replaceAll(/\s/g, '')
  } catch {
    return ''
  }
}

/** A process that may not be signalled exists. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** The code of a system error. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
