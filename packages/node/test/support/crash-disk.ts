// A folder on a disk that may lose power. It forgets what was not flushed: of a file's bytes any
// part that was written since, of the folder's changes any that came last. A test looks at every
// disk that a power cut at every step may leave behind.

interface Inode {
  /** What survives. */
  durable: Uint8Array
  /** What programs see. */
  seen: Uint8Array
}

type Folder = ReadonlyMap<string, Inode>

/** What a file holds, by name: a character for each byte. */
export type Leftover = ReadonlyMap<string, string>

export type Operation =
  | 'mkdir'
  | 'readFile'
  | 'rename'
  | 'open'
  | 'write'
  | 'flush'
  | 'open folder'
  | 'flush folder'

/** Told what a power cut would leave of a file, at how many points in a row. */
export type Told = (found: ReadonlySet<string | undefined>, points: number) => void

export class CrashDisk {
  /** Every state of the folder since it was flushed last; programs see the last one. */
  #folders: Folder[] = [new Map()]
  #stepsLeft = Number.POSITIVE_INFINITY
  #observer: { readonly path: string; readonly told: Told } | undefined
  /** An operation that the system refuses from now on, and its error code. */
  fault: { readonly operation: Operation; readonly code: string } | undefined

  /** Files and folders opened and not closed. */
  handles = 0

  /** A disk on which nothing waits to be flushed. */
  static holding(files: Leftover): CrashDisk {
    const disk = new CrashDisk()
    disk.#folders = [new Map([...files].map(([name, held]) => [name, flushed(bytesOf(held))]))]
    return disk
  }

  /** The same disk once more; what happens to one does not happen to the other. */
  fork(): CrashDisk {
    const disk = new CrashDisk()
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
   * Whether the power has failed. A program may not notice: it takes failed flushes of a folder.
   */
  get isOff(): boolean {
    return this.#stepsLeft < 0
  }

  /** Lets the power fail after this many steps more: operations, and bytes written. */
  failAfter(steps: number): void {
    this.#stepsLeft = steps
  }

  /**
   * From here on tells, at every point at which the power may fail, what that would leave of a
   * file: the same as failing there, without doing everything anew for each point.
   */
  observe(path: string, told: Told): void {
    this.#observer = { path, told }
  }

  /** The operations of `node:fs/promises` that saving and loading use. */
  readonly operations = {
    mkdir: async (): Promise<void> => this.#step('mkdir'),

    readFile: async (path: string): Promise<Uint8Array> => {
      this.#step('readFile')
      return this.#inode(path).seen.slice()
    },

    rename: async (from: string, to: string): Promise<void> => {
      this.#step('rename')
      const inode = this.#inode(from)
      this.#change((folder) => {
        folder.delete(from)
        folder.set(to, inode)
      })
    },

    open: async (path: string, flags: string): Promise<object> => {
      this.#step(flags === 'r' ? 'open folder' : 'open')
      this.handles++
      return flags === 'r' ? this.#folderHandle() : this.#fileHandle(path)
    },
  }

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

  #fileHandle(path: string): object {
    const known = this.#folders.at(-1)?.get(path)
    const inode = known ?? { durable: new Uint8Array(0), seen: new Uint8Array(0) }
    inode.seen = new Uint8Array(0)
    if (known === undefined) this.#change((folder) => folder.set(path, inode))
    return {
      writeFile: async (bytes: Uint8Array): Promise<void> => {
        const isRefused = this.fault?.operation === 'write'
        const room = isRefused ? bytes.length >> 1 : bytes.length
        this.#observeWrite(inode, bytes)
        inode.seen = bytes.slice(0, Math.max(0, Math.min(room, this.#stepsLeft)))
        this.#step('write', bytes.length)
      },
      sync: async (): Promise<void> => {
        this.#step('flush')
        inode.durable = inode.seen
      },
      close: async (): Promise<void> => void this.handles--,
    }
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

  /** After each byte there is a point; they are all one for a file that is not being written. */
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
    if (inode === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
    return inode
  }

  /** @param steps - points at which the power may fail: before each of them */
  #step(operation: Operation, steps = 1): void {
    // Of writes their bytes have been told of.
    if (operation !== 'write') this.#tell(steps)
    if (this.#stepsLeft < steps) this.#stepsLeft = -1
    else this.#stepsLeft -= steps
    if (this.isOff) throw new Error('the power has failed')
    if (this.fault?.operation !== operation) return
    throw Object.assign(new Error(`${operation} fails`), { code: this.fault.code })
  }
}

function flushed(bytes: Uint8Array): Inode {
  return { durable: bytes, seen: bytes }
}

/** Of the bytes that were not flushed, any part may be there, nothing, or what was before. */
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
