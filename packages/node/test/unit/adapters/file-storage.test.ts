import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fileStorage } from '../../../src/adapters/file-storage.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dht-state-'))
})

afterEach(() => rm(folder, { recursive: true }))

it('gives back what was saved last, and makes the folders above it', async () => {
  const storage = fileStorage(join(folder, 'a', 'b', 'state'))
  expect(await storage.load()).toBeUndefined()
  await storage.save(bytes('one'))
  await storage.save(bytes('two, longer'))
  await storage.save(bytes('3'))
  expect(await storage.load()).toEqual(Buffer.from('3'))
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['state'])
})

it('sets a value aside under another name', async () => {
  const storage = fileStorage(join(folder, 'state'))
  await storage.save(bytes('damaged'))
  await storage.setAside()
  expect(await storage.load()).toBeUndefined()
  expect(await readFile(join(folder, 'state.damaged'), 'utf8')).toBe('damaged')
  await storage.setAside()
  expect(await readFile(join(folder, 'state.damaged'), 'utf8')).toBe('damaged')
})

it('writes over what a crash left half written', async () => {
  await writeFile(join(folder, 'state.new'), 'left over from a crash, and longer than what comes')
  const storage = fileStorage(join(folder, 'state'))
  await storage.save(bytes('whole'))
  expect(await storage.load()).toEqual(Buffer.from('whole'))
})

it('rejects what the file system refuses, and leaves the value as it was', async () => {
  const storage = fileStorage(join(folder, 'state'))
  await storage.save(bytes('kept'))
  await mkdir(join(folder, 'state.new'))
  await expect(storage.save(bytes('lost'))).rejects.toMatchObject({ code: 'EISDIR' })
  expect(await storage.load()).toEqual(Buffer.from('kept'))
  await expect(fileStorage(folder).load()).rejects.toMatchObject({ code: 'EISDIR' })
  await mkdir(join(folder, 'state.damaged'))
  await expect(storage.setAside()).rejects.toMatchObject({ code: 'EISDIR' })
})
