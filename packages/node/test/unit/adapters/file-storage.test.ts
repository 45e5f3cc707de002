// The file storage on a real disk: what may be at the path of a state, and what becomes of it.

import { execFileSync } from 'node:child_process'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Machine, systemMachine } from '../../../src/adapters/file/machine.ts'
import { MAX_FILE_BYTES } from '../../../src/adapters/file/read.ts'
import { FileStorage, fileStorage } from '../../../src/adapters/file-storage.ts'
import type { StateStorage } from '../../../src/ports/state-storage.ts'
import { codeOf } from '../../support/memory-node.ts'

/** Windows has no modes, FIFOs and device files, and a link needs a privilege there. */
const IS_POSIX = process.platform !== 'win32'
const ARGUMENT = 'ERR_DHT_NODE_ARGUMENT'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (held: Uint8Array | undefined): string | undefined =>
  held && new TextDecoder().decode(held)

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dht-state-'))
  path = join(folder, 'state')
})

afterEach(() => rm(folder, { recursive: true }))

/** Acquires the state, and returns what is there. */
async function open(storage: StateStorage = fileStorage(path)): Promise<string | undefined> {
  await storage.acquire!(() => {})
  return text(await storage.load())
}

/** One run of a node that saves once. */
async function saveOnce(value: string, at: string = path): Promise<void> {
  const storage = fileStorage(at)
  await open(storage)
  await storage.save(bytes(value))
  await storage.release!()
}

describe('a state', () => {
  it('is what was saved last, in folders that are created for it', async () => {
    const storage = fileStorage(join(folder, 'a', 'b', 'state'))
    expect(await open(storage)).toBeUndefined()
    for (const value of ['one', 'two, longer', '3']) await storage.save(bytes(value))
    expect(text(await storage.load())).toBe('3')
    await storage.release!()
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['state'])
  })

  it.each(['with space', 'umlaut-ä-☃', '-n', '%s\n', "it's $(x) *?", '.hidden', 'a'.repeat(200)])(
    'may have any name: %j',
    async (name) => {
      await saveOnce('value', join(folder, name))
      await saveOnce('other', join(folder, name))
      expect(await readFile(join(folder, name), 'utf8')).toBe('other')
      expect(await readdir(folder)).toEqual([name])
    },
  )

  it('may be an empty file', async () => {
    await writeFile(path, '')
    expect(await open()).toBe('')
  })

  it.runIf(IS_POSIX)('keeps the permissions of its file', async () => {
    await saveOnce('one')
    await chmod(path, 0o600)
    await saveOnce('two')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it.runIf(IS_POSIX)('is saved where a link leads, and the link stays', async () => {
    const target = join(folder, 'elsewhere', 'target')
    await saveOnce('one', target)
    await symlink(target, path)
    await saveOnce('two')
    expect(await readFile(target, 'utf8')).toBe('two')
    expect((await lstat(path)).isSymbolicLink()).toBe(true)
    expect(await readdir(folder)).toEqual(['elsewhere', 'state'])
  })

  it.runIf(IS_POSIX)('has one lock, by whichever path it is named', async () => {
    await mkdir(join(folder, 'real'))
    await symlink(join(folder, 'real'), join(folder, 'linked'))
    const storage = fileStorage(join(folder, 'real', 'state'))
    await open(storage)
    const other = fileStorage(join(folder, 'linked', '.', 'state'))
    expect(await codeOf(() => open(other))).toBe('ERR_DHT_NODE_STATE_IN_USE')
    await storage.release!()
    await open(other)
    await other.release!()
  })
})

describe('PERSIST-2: what cannot be a state is refused without reading it, and left alone', () => {
  async function isRefused(at: string = path): Promise<void> {
    const names = await readdir(folder)
    expect(await codeOf(() => open(fileStorage(at)))).toBe(ARGUMENT)
    expect(await readdir(folder)).toEqual(names)
  }

  it('a folder', async () => {
    await mkdir(path)
    await isRefused()
    await isRefused(`${path}/`)
    await isRefused(join(path, '.'))
  })

  it('a folder that does not exist', () => isRefused(`${path}/`))

  it.runIf(IS_POSIX)('a link to a file that does not exist', async () => {
    await symlink(join(folder, 'nothing'), path)
    await isRefused()
    expect((await lstat(path)).isSymbolicLink()).toBe(true)
  })

  it.runIf(IS_POSIX)('a FIFO, which a reader would wait for without end', async () => {
    execFileSync('mkfifo', [path])
    await isRefused()
    await symlink(path, join(folder, 'link'))
    await isRefused(join(folder, 'link'))
  })

  it.runIf(IS_POSIX)('a socket', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    await isRefused()
    await new Promise((resolve) => server.close(resolve))
  })

  it.runIf(IS_POSIX)('a device', async () => {
    await isRefused('/dev/null')
    await isRefused('/dev/zero')
  })

  it('a file larger than a state can be', async () => {
    await writeFile(path, 'x')
    await truncate(path, MAX_FILE_BYTES + 1)
    await isRefused()
    await truncate(path, MAX_FILE_BYTES)
    expect((await open())?.length).toBe(MAX_FILE_BYTES)
  })

  it('a path that no file can have', () => isRefused('a\0b'))

  it('also when it was put there after the state was saved', async () => {
    const storage = fileStorage(path)
    await open(storage)
    await mkdir(path)
    expect(await codeOf(() => storage.save(bytes('x')))).toBe(ARGUMENT)
    expect(await readdir(folder)).toEqual(['state', 'state.lock'])
  })
})

/** The machine, with some of its file operations failing. */
function failing(operations: Readonly<Record<string, string>>): Machine {
  const files = Object.fromEntries(
    Object.entries(operations).map(([name, code]) => [
      name,
      async () => {
        throw Object.assign(new Error(`${code}: ${name}`), { code })
      },
    ]),
  )
  return { ...systemMachine, files: { ...systemMachine.files, ...files } }
}

describe('an error of the system', () => {
  it.each([
    ['realpath', 'EACCES'],
    ['realpath', 'ELOOP'],
    ['realpath', 'ENOTDIR'],
    ['stat', 'EIO'],
    ['access', 'EACCES'],
    ['open', 'EROFS'],
    ['open', 'EMFILE'],
    ['open', 'ENOSPC'],
    ['readdir', 'EACCES'],
  ])(
    'when the storage is acquired (%s: %s) is reported, and nothing is changed',
    async (name, code) => {
      await writeFile(path, 'kept')
      const storage = new FileStorage(path, failing({ [name]: code }))
      expect(await codeOf(() => open(storage))).toBe(code)
      expect(await readdir(folder)).toEqual(['state'])
      expect(await readFile(path, 'utf8')).toBe('kept')
      // The same storage can be used when the error is over.
      const other = fileStorage(path)
      expect(await open(other)).toBe('kept')
      await other.release!()
    },
  )

  it.each(['EACCES', 'EIO', 'EMFILE'])(
    'when a state is read (%s) is the cause of the rejection',
    async (code) => {
      await writeFile(path, 'kept')
      const storage = new FileStorage(path, failing({ open: code }))
      expect(await codeOf(() => storage.load())).toBe(code)
      expect(await readdir(folder)).toEqual(['state'])
    },
  )

  it('when a folder cannot be created is the cause of the rejection', async () => {
    const code = await codeOf(() => open(fileStorage('/proc/none/state')))
    expect(code).toBe('ENOENT')
  })

  it.each(['open', 'rename', 'mkdir'])(
    'when a state is saved (%s) leaves the old one',
    async (name) => {
      await writeFile(path, 'kept')
      const storage = new FileStorage(path, failing({ [name]: 'EIO' }))
      expect(await codeOf(() => storage.save(bytes('lost')))).toBe('EIO')
      expect(await readdir(folder)).toEqual(['state'])
      expect(await readFile(path, 'utf8')).toBe('kept')
    },
  )
})

describe('PERSIST-9: a damaged state', () => {
  it('is set aside under a new name, and the newest five are kept', async () => {
    const storage = fileStorage(path)
    await open(storage)
    const made: string[] = []
    for (let turn = 0; turn < 8; turn++) {
      await storage.save(bytes(`damaged ${turn}`))
      const aside = await storage.setAside()
      expect(await storage.load()).toBeUndefined()
      expect(await readFile(aside!, 'utf8')).toBe(`damaged ${turn}`)
      made.push(aside!)
    }
    expect(new Set(made).size).toBe(8)
    const names = (await readdir(folder)).map((name) => join(folder, name))
    expect(names.filter((name) => name !== `${path}.lock`)).toEqual(made.slice(3).sort())
    await storage.release!()
  })

  it('never replaces another, whatever the clock says', async () => {
    const still = new FileStorage(path, { ...systemMachine, now: () => 86_400_000 })
    const made: string[] = []
    for (let turn = 0; turn < 5; turn++) {
      await still.save(bytes(`${turn}`))
      made.push((await still.setAside())!)
    }
    // A clock set back does not make the newest the oldest.
    const early = new FileStorage(path, { ...systemMachine, now: () => 0 })
    await early.save(bytes('newest'))
    made.push((await early.setAside())!)
    const kept = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    )
    expect(made[5]).toMatch(/state\.damaged-19700101T000000000Z-[0-9a-f]{16}$/)
    expect(kept).toHaveLength(5)
    expect(kept).toContain('newest')
  })

  it('removes only files whose names follow our pattern exactly', async () => {
    const stamp = '20260101T000000000Z-0123456789abcdef'
    const others = [
      'state.damaged',
      `state.damaged-${stamp}.bak`,
      `state.damaged-${stamp.toUpperCase()}`,
      `other.damaged-${stamp}`,
      `xstate.damaged-${stamp}`,
      'state.new',
      'state.0123456789abcdef.new.txt',
    ]
    for (const name of others) await writeFile(join(folder, name), name)
    await mkdir(join(folder, `state.damaged-${stamp}`))
    const storage = fileStorage(path)
    await open(storage)
    for (let turn = 0; turn < 7; turn++) {
      await storage.save(bytes('x'))
      await storage.setAside()
    }
    await storage.release!()
    const names = await readdir(folder)
    expect(names).toEqual(expect.arrayContaining([...others, `state.damaged-${stamp}`]))
    expect(names.length).toBeLessThanOrEqual(others.length + 1 + 5)
  })

  it('that does not exist is ignored', async () => {
    expect(await fileStorage(path).setAside()).toBeUndefined()
    expect(await readdir(folder)).toEqual([])
  })

  it('that cannot be renamed stays, and nothing is left of the attempt', async () => {
    await writeFile(path, 'damaged')
    const storage = new FileStorage(path, failing({ rename: 'EACCES' }))
    expect(await codeOf(() => storage.setAside())).toBe('EACCES')
    expect(await readdir(folder)).toEqual(['state'])
  })
})

describe('PERSIST-8: a storage', () => {
  it('that is in use is refused to another one of this process, and to itself', async () => {
    const [first, second] = [fileStorage(path), fileStorage(path)]
    await open(first)
    for (const storage of [first, second, second]) {
      expect(await codeOf(() => open(storage))).toBe('ERR_DHT_NODE_STATE_IN_USE')
    }
    await first.save(bytes('of the first'))
    await first.release!()
    expect(await open(second)).toBe('of the first')
    await second.release!()
    expect(await open(first)).toBe('of the first')
    await first.release!()
    expect(await readdir(folder)).toEqual(['state'])
  })

  it('whose lock was taken over saves no more, and does not touch the lock', async () => {
    const slow = fileStorage(path)
    const notices: string[] = []
    await slow.acquire!((notice) => notices.push(notice))
    await slow.save(bytes('before'))
    const longAgo = new Date(Date.now() - 60_000)
    await utimes(`${path}.lock`, longAgo, longAgo)
    const next = fileStorage(path)
    expect(await open(next)).toBe('before')
    await next.save(bytes('of the next'))
    expect(await codeOf(() => slow.save(bytes('stale')))).toBe('ERR_DHT_NODE_STATE_IN_USE')
    await slow.release!()
    expect(await readFile(path, 'utf8')).toBe('of the next')
    expect(await readdir(folder)).toEqual(['state', 'state.lock'])
    await next.save(bytes('again'))
    await next.release!()
  })

  it('removes what a crash left half written, before it loads', async () => {
    await writeFile(join(folder, 'state.0123456789abcdef.new'), 'half of a st')
    await open()
    expect(await readdir(folder)).toEqual(['state.lock'])
  })
})
