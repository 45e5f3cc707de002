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

/** What a file holds, as text by name. */
export type Leftover = ReadonlyMap<string, string>

export class CrashDisk {
  /** Every state of the folder since it was flushed last; programs see the last one. */
  #folders: Folder[] = [new Map()]
  #stepsLeft = Number.POSITIVE_INFINITY

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

  /** The operations of `node:fs/promises` that saving and loading use. */
  readonly operations = {
    mkdir: async (): Promise<void> => this.#step(),

    readFile: async (path: string): Promise<Uint8Array> => {
      this.#step()
      return this.#inode(path).seen.slice()
    },

    rename: async (from: string, to: string): Promise<void> => {
      this.#step()
      const inode = this.#inode(from)
      this.#change((folder) => {
        folder.delete(from)
        folder.set(to, inode)
      })
    },

    open: async (path: string, flags: string): Promise<object> => {
      this.#step()
      return flags === 'r' ? this.#folderHandle() : this.#fileHandle(path)
    },
  }

  /** Every state in which a power cut now may leave the folder. */
  leftovers(): Leftover[] {
    return this.#folders.flatMap((folder) => {
      let found: Leftover[] = [new Map()]
      for (const [name, { durable, seen }] of folder) {
        const written = seen === durable ? [] : [0, 1, seen.length >> 1, seen.length]
        const parts = written.map((end) => seen.subarray(0, end))
        const contents = new Set([durable, ...parts].map(text))
        found = found.flatMap((left) => [...contents].map((held) => new Map(left).set(name, held)))
      }
      return found
    })
  }

  #fileHandle(path: string): object {
    const known = this.#folders.at(-1)?.get(path)
    const inode = known ?? { durable: new Uint8Array(0), seen: new Uint8Array(0) }
    inode.seen = new Uint8Array(0)
    if (known === undefined) this.#change((folder) => folder.set(path, inode))
    return {
      writeFile: async (bytes: Uint8Array): Promise<void> => {
        for (let end = 1; end <= bytes.length; end++) {
          this.#step()
          inode.seen = bytes.slice(0, end)
        }
      },
      sync: async (): Promise<void> => {
        this.#step()
        inode.durable = inode.seen
      },
      close: async (): Promise<void> => {},
    }
  }

  #folderHandle(): object {
    return {
      sync: async (): Promise<void> => {
        this.#step()
        this.#folders = this.#folders.slice(-1)
      },
      close: async (): Promise<void> => {},
    }
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

  #step(): void {
    if (--this.#stepsLeft < 0) throw new Error('the power has failed')
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
