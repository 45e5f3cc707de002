// A folder on a disk that may lose power. What was not flushed may be lost: of a file any bytes
// written since the last flush, of the folder any of the last changes. A test checks every state
// that a power failure may leave.

import type { FileOperations } from '../../src/adapters/file/machine.ts'

interface Inode {
  /** What survives. */
  durable: Uint8Array
  /** What programs see. */
  seen: Uint8Array
  /** When it was last written or touched, by the clock of the disk. */
  touchedAt: number
}

type Folder = ReadonlyMap<string, Inode>

/** What a file holds, by name: a character for each byte. */
export type Leftover = ReadonlyMap<string, string>

export type Operation =
  | 'mkdir'
  | 'read'
  | 'list'
  | 'rename'
  | 'remove'
  | 'touch'
  | 'open'
  | 'write'
  | 'flush'
  | 'open folder'
  | 'flush folder'

/** Receives what a power failure would leave of a file, and at how many consecutive points. */
export type Told = (found: ReadonlySet<string | undefined>, points: number) => void

/** The one folder of the disk. */
export const FOLDER = '/state'

export class CrashDisk {
  /** Every state of the folder since it was flushed last; programs see the last one. */
  #folders: Folder[] = [new Map()]
  #stepsLeft = Number.POSITIVE_INFINITY
  #observer: { readonly path: string; readonly told: Told } | undefined
  /** An operation that the system refuses from now on, and its error code. */
  fault: { readonly operation: Operation; readonly code: string } | undefined

  /** Files and folders that are open. */
  handles = 0
  now: () => number = () => 0

  /** A disk on which everything is flushed. */
  static holding(files: Leftover, touchedAt = 0): CrashDisk {
    const disk = new CrashDisk()
    disk.#folders = [
      new Map([...files].map(([name, held]) => [name, flushed(bytesOf(held), touchedAt)])),
    ]
    return disk
  }

  /** A copy of the disk; changes of one do not affect the other. */
  fork(): CrashDisk {
    const disk = new CrashDisk()
    disk.now = this.now
    const copies = new Map<Inode, Inode>()
    const copyOf = (inode: Inode): Inode => {
      const copy = copies.get(inode) ?? { ...inode }
      copies.set(inode, copy)
      return copy
    }
    disk.#folders = this.#folders.map(
      (folder) => new Map([...folder].map(([name, inode]) => [name, copyOf(inode)])),
    )
    return disk
  }

  /** What programs see. */
  get files(): Leftover {
    return new Map([...(this.#folders.at(-1) ?? [])].map(([name, { seen }]) => [name, text(seen)]))
  }

  /**
   * Whether the power has failed. A program may not notice, because it ignores failed flushes of a
   * folder.
   */
  get isOff(): boolean {
    return this.#stepsLeft < 0
  }

  /** Lets the power fail after this many more steps: operations, and bytes written. */
  failAfter(steps: number): void {
    this.#stepsLeft = steps
  }

  /**
   * From here on reports, for every point at which the power may fail, what that would leave of a
   * file: the same as failing there, without repeating the run for each point.
   */
  observe(path: string, told: Told): void {
    this.#observer = { path, told }
  }

  /** The operations of `node:fs/promises` that the file storage uses. */
  readonly operations: FileOperations = {
    access: async () => {},
    realpath: async (path: string) => this.#existing(path),
    lstat: async (path: string) => this.#about(path),
    stat: async (path: string) => this.#about(path),
    mkdir: async () => this.#step('mkdir'),

    readdir: async () => {
      this.#observeFault('list')
      return [...this.files.keys()].map((path) => path.slice(FOLDER.length + 1))
    },

    rename: async (from: string, to: string) => {
      this.#step('rename')
      const inode = this.#inode(from)
      this.#change((folder) => {
        folder.delete(from)
        folder.set(to, inode)
      })
    },

    unlink: async (path: string) => {
      this.#step('remove')
      this.#inode(path)
      this.#change((folder) => folder.delete(path))
    },

    utimes: async (path: string, _accessed: Date, modified: Date) => {
      this.#observeFault('touch')
      this.#inode(path).touchedAt = modified.getTime()
    },

    open: async (path: string, flags: string | number) => {
      if (path === FOLDER) return this.#openFolder()
      return flags === 'w' || flags === 'wx' ? this.#create(path, flags) : this.#openToRead(path)
    },
  } as unknown as FileOperations

  /** Every state in which a power cut now may leave the folder. */
  leftovers(): Leftover[] {
    return this.#folders.flatMap((folder) => {
      let found: Leftover[] = [new Map()]
      for (const [name, inode] of folder) {
        const contents = contentsOf(inode)
        found = found.flatMap((left) => contents.map((held) => new Map(left).set(name, held)))
      }
      return found
    })
  }

  /** What a power cut now may leave of one file; undefined: no such file. */
  leftoversOf(path: string): ReadonlySet<string | undefined> {
    return new Set(
      this.#folders.flatMap((folder) => {
        const inode = folder.get(path)
        return inode === undefined ? [undefined] : contentsOf(inode)
      }),
    )
  }

  #create(path: string, flags: 'w' | 'wx'): object {
    this.#step('open')
    const known = this.#folders.at(-1)?.get(path)
    if (known !== undefined && flags === 'wx') throw failure('EEXIST', path)
    const inode = known ?? flushed(new Uint8Array(0), this.now())
    inode.seen = new Uint8Array(0)
    if (known === undefined) this.#change((folder) => folder.set(path, inode))
    this.handles++
    return {
      writeFile: async (data: Uint8Array | string): Promise<void> => {
        const bytes = typeof data === 'string' ? bytesOf(data) : data
        const isRefused = this.fault?.operation === 'write'
        const room = isRefused ? bytes.length >> 1 : bytes.length
        this.#observeWrite(inode, bytes)
        inode.seen = bytes.slice(0, Math.max(0, Math.min(room, this.#stepsLeft)))
        inode.touchedAt = this.now()
        this.#step('write', bytes.length)
      },
      sync: async (): Promise<void> => {
        this.#step('flush')
        inode.durable = inode.seen
      },
      close: async (): Promise<void> => void this.handles--,
    }
  }

  #openToRead(path: string): object {
    this.#observeFault('read')
    const inode = this.#inode(path)
    this.handles++
    return {
      stat: async () => aboutFile(inode),
      readFile: async () => Buffer.from(inode.seen),
      read: async (into: Uint8Array, at: number, length: number, from: number) => {
        const part = inode.seen.subarray(from, from + length)
        into.set(part, at)
        return { bytesRead: part.length }
      },
      close: async (): Promise<void> => void this.handles--,
    }
  }

  #openFolder(): object {
    this.#step('open folder')
    this.handles++
    return this.#folderHandle()
  }

  #existing(path: string): string {
    if (path !== FOLDER) this.#inode(path)
    return path
  }

  #about(path: string): object {
    return aboutFile(this.#inode(path))
  }

  #folderHandle(): object {
    return {
      sync: async (): Promise<void> => {
        this.#step('flush folder')
        this.#folders = this.#folders.slice(-1)
      },
      close: async (): Promise<void> => void this.handles--,
    }
  }

  /**
   * There is a point after each byte; they are all equivalent for a file that is not being written.
   */
  #observeWrite(inode: Inode, bytes: Uint8Array): void {
    if (this.#observer === undefined) return
    const { path } = this.#observer
    const isOfPath = this.#folders.some((folder) => folder.get(path) === inode)
    if (!isOfPath) this.#tell(bytes.length)
    for (let end = 0; isOfPath && end < bytes.length; end++) {
      inode.seen = bytes.slice(0, end)
      this.#tell(1)
    }
  }

  #tell(points: number): void {
    this.#observer?.told(this.leftoversOf(this.#observer.path), points)
  }

  #change(how: (folder: Map<string, Inode>) => void): void {
    const folder = new Map(this.#folders.at(-1))
    how(folder)
    this.#folders.push(folder)
  }

  #inode(path: string): Inode {
    const inode = this.#folders.at(-1)?.get(path)
    if (inode === undefined) throw failure('ENOENT', path)
    return inode
  }

  /** @param steps - points at which the power may fail: before each of them */
  #step(operation: Operation, steps = 1): void {
    // The bytes of writes were reported already.
    if (operation !== 'write') this.#tell(steps)
    if (this.#stepsLeft < steps) this.#stepsLeft = -1
    else this.#stepsLeft -= steps
    this.#observeFault(operation)
  }

  /** For operations that change nothing lasting: the point before them is the same as another. */
  #observeFault(operation: Operation): void {
    if (this.isOff) throw new Error('the power has failed')
    if (this.fault?.operation !== operation) return
    throw failure(this.fault.code, operation)
  }
}

function failure(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code })
}

function flushed(bytes: Uint8Array, touchedAt = 0): Inode {
  return { durable: bytes, seen: bytes, touchedAt }
}

function aboutFile({ seen, touchedAt }: Inode): object {
  const yes = (): boolean => true
  const no = (): boolean => false
  return { isFile: yes, isSymbolicLink: no, size: seen.length, mtimeMs: touchedAt, mode: 0o600 }
}

/** Any part of the bytes that were not flushed may be there, or none, or those before. */
function contentsOf({ durable, seen }: Inode): string[] {
  if (seen === durable) return [text(seen)]
  const parts = [0, 1, seen.length >> 1, seen.length].map((end) => seen.subarray(0, end))
  return [...new Set([durable, ...parts].map(text))]
}

/** What a file holds is written once and read many times. */
const texts = new WeakMap<Uint8Array, string>()

/** A character for each byte. The bytes must not change. */
export function text(bytes: Uint8Array): string {
  const known = texts.get(bytes)
  if (known !== undefined) return known
  const made = String.fromCharCode(...bytes)
  texts.set(bytes, made)
  return made
}

export function bytesOf(held: string): Uint8Array {
  const bytes = new Uint8Array(held.length)
  for (let at = 0; at < held.length; at++) bytes[at] = held.charCodeAt(at)
  return bytes
}
