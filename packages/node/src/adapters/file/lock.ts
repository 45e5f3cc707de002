// The lock file beside a state keeps other nodes from using the state.
//
// It is created exclusively and touched at intervals. A lock that is not touched any more, or whose
// process has certainly ended, is taken over. A claim keeps two processes from taking it over at
// the same time: a second lock file, named after the token of the holder. Only the process with the
// claim may replace or remove the lock file of that holder. A claim left behind by a crash is taken
// over like a lock.

import { DhtNodeError } from '../../errors.ts'
import type { StorageNotice } from '../../ports/state-storage.ts'
import {
  isSameSighting,
  type LockLook,
  type LockSighting,
  lockRecord,
  lookAtLock,
} from './lock-record.ts'
import { codeOf, type Machine, type ProcessIdentity, randomToken } from './machine.ts'

/** Time between two touches of a lock that is held, ms: ours. */
export const LOCK_TOUCH_MS = 10_000

/** A lock that was not touched for this long is taken over, ms: ours, three touches. */
export const LOCK_STALE_MS = 30_000

/** Time between two checks of a lock that may become stale, ms: ours. */
const LOOK_MS = 500

/** Most claims on claims: each but the last was left by a crash within milliseconds. */
const MAX_CLAIMS = 8

/** Why a lock is no longer ours: another node has it, its file was removed, or we gave it back. */
export type LockLoss = 'taken' | 'removed' | 'released'

export class FileLock {
  readonly #machine: Machine
  readonly #self: ProcessIdentity
  readonly #notify: (notice: StorageNotice) => void
  /** Empty before `take`. */
  #path = ''
  /** Time of the lock file as other processes see it. */
  #touchedAt = 0
  #stopTouching: () => void = () => {}
  /** Settles when no check is under way. */
  #checking: Promise<unknown> = Promise.resolve()
  #loss: LockLoss | undefined
  #isReleased = false

  /** @param notify - a loss is told once, by a touch or by {@link keep} */
  constructor(machine: Machine, notify: (notice: StorageNotice) => void) {
    this.#machine = machine
    this.#notify = notify
    const { self } = machine
    // The first half is that of our process, the second half is this lock's own.
    this.#self = { ...self, token: self.token + randomToken() }
  }

  /**
   * Takes the lock. Where another process may hold it, this waits until it is known whether that
   * one still runs, {@link LOCK_STALE_MS} at most.
   *
   * @param path - of the lock file
   * @throws {DhtNodeError} `ERR_DHT_NODE_STATE_IN_USE` when the holder runs
   */
  async take(path: string): Promise<void> {
    this.#path = path
    let watched: { readonly first: LockSighting; ms: number } | undefined
    while (!this.#isReleased && !(await this.#create(this.#path))) {
      const look = await this.#look()
      if (look.kind === 'free') {
        watched = undefined
        continue
      }
      const hasEnded = this.#hasEnded(look)
      const isTouched = watched !== undefined && !isSameSighting(watched.first, look)
      if (isTouched || (!hasEnded && this.#isOurs(look))) throw this.#inUse(look)
      watched ??= { first: look, ms: 0 }
      if (hasEnded || watched.ms >= LOCK_STALE_MS) {
        if (await this.#takeOver(this.#path, look, MAX_CLAIMS)) break
      }
      if (watched.ms === 0) this.#notify('waiting')
      await this.#machine.sleep(LOOK_MS)
      watched.ms += LOOK_MS
    }
    if (this.#isReleased) {
      await this.#remove()
      throw new DhtNodeError('ERR_DHT_NODE_CLOSED', 'state: released before it was taken')
    }
    this.#stopTouching = this.#machine.every(LOCK_TOUCH_MS, () => void this.#touch())
  }

  /** Whether the lock file is there and ours. */
  async isHeld(): Promise<boolean> {
    return this.#isSelf(await lookAtLock(this.#path, this.#machine.files))
  }

  /**
   * Checks that the lock is ours. A lock file that was removed is made anew while our last touch
   * is recent: no node takes over a lock that is touched, so another node did not remove it.
   *
   * @returns undefined: it is ours
   */
  keep(): Promise<LockLoss | undefined> {
    // One check at a time: a lock file that another check is writing would look like a stranger's.
    const checked = this.#checking.then(() => this.#check())
    this.#checking = checked.catch(() => {})
    return checked
  }

  /** Removes the lock file if it is still ours; ends a `take` under way. */
  async release(): Promise<void> {
    this.#isReleased = true
    this.#stopTouching()
    await this.#checking
    if (this.#path !== '') await this.#remove()
  }

  async #check(): Promise<LockLoss | undefined> {
    for (;;) {
      if (this.#isReleased) return 'released'
      if (this.#loss !== undefined) return this.#loss
      const look = await lookAtLock(this.#path, this.#machine.files)
      if (this.#isSelf(look)) return undefined
      if (look.kind !== 'free' || !this.#isTouchRecent) {
        return this.#lose(look.kind === 'held' ? 'taken' : 'removed')
      }
      if (await this.#create(this.#path)) {
        this.#notify('renewed')
        return undefined
      }
    }
  }

  get #isTouchRecent(): boolean {
    const ageMs = this.#machine.now() - this.#touchedAt
    return ageMs >= 0 && ageMs < LOCK_STALE_MS
  }

  #lose(loss: 'taken' | 'removed'): LockLoss {
    if (this.#isReleased) return 'released'
    this.#loss = loss
    this.#stopTouching()
    this.#notify(loss)
    return loss
  }

  async #remove(): Promise<void> {
    const { files } = this.#machine
    const claim = this.#claimOf(this.#path, this.#self.token)
    // If the claim exists, another process is taking the lock over. Our claim is an empty file,
    // which a full disk has room for.
    if (!(await this.isHeld()) || !(await this.#create(claim, ''))) return
    if (await this.isHeld()) await files.unlink(this.#path)
    await files.unlink(claim)
  }

  /** Creates a lock file of ours; false: the file exists. */
  async #create(path: string, record: string = lockRecord(this.#self)): Promise<boolean> {
    const { files } = this.#machine
    const touchedAt = this.#machine.now()
    try {
      const file = await files.open(path, 'wx')
      try {
        if (record !== '') await file.writeFile(record)
      } catch (error) {
        await files.unlink(path).catch(() => {})
        throw error
      } finally {
        await file.close()
      }
      this.#touchedAt = touchedAt
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  }

  async #look(): Promise<Exclude<LockLook, { kind: 'foreign' }>> {
    const look = await lookAtLock(this.#path, this.#machine.files)
    if (look.kind !== 'foreign') return look
    const message = `state: expected a lock file at ${this.#path}, got another file`
    throw new DhtNodeError('ERR_DHT_NODE_ARGUMENT', message)
  }

  /** Replaces the lock file with ours; false: another process has done so or is about to. */
  async #takeOver(path: string, seen: LockSighting, claims: number): Promise<boolean> {
    const { files } = this.#machine
    const claim = this.#claimOf(path, seen.holder?.token ?? 'blank')
    if (claims === 0 || !(await this.#takeClaim(claim, claims - 1))) return false
    const now = await lookAtLock(path, files)
    if (now.kind !== 'held' || !isSameSighting(now, seen)) {
      await files.unlink(claim)
      return false
    }
    try {
      await files.rename(claim, path)
    } catch (error) {
      await files.unlink(claim).catch(() => {})
      throw error
    }
    return true
  }

  async #takeClaim(claim: string, claims: number): Promise<boolean> {
    if (await this.#create(claim)) return true
    const look = await lookAtLock(claim, this.#machine.files)
    if (look.kind !== 'held' || !this.#hasEnded(look)) return false
    return this.#takeOver(claim, look, claims)
  }

  #claimOf(path: string, token: string): string {
    return `${path}.${token}`
  }

  /** Whether the holder has certainly ended, or has not touched its lock for so long. */
  #hasEnded({ holder, touchedAt }: LockSighting): boolean {
    const machine = this.#machine
    if (machine.now() - touchedAt >= LOCK_STALE_MS) return true
    if (holder === undefined || holder.place === '') return false
    return holder.place === machine.self.place && machine.isGone(holder.pid)
  }

  #isSelf(look: LockLook): boolean {
    return look.kind === 'held' && look.holder?.token === this.#self.token
  }

  #isOurs({ holder }: LockSighting): boolean {
    return holder?.token.startsWith(this.#machine.self.token) === true
  }

  async #touch(): Promise<void> {
    try {
      if ((await this.keep()) !== undefined) return
      const touchedAt = this.#machine.now()
      const at = new Date(touchedAt)
      await this.#machine.files.utimes(this.#path, at, at)
      this.#touchedAt = touchedAt
    } catch {
      // The next touch, and each save before it, check the lock again.
    }
  }

  #inUse(look: LockSighting): DhtNodeError {
    const where = this.#isOurs(look)
      ? 'of this process'
      : `in process ${look.holder?.pid ?? 'unknown'}`
    const message = `state: in use by another node ${where} (lock file ${this.#path})`
    return new DhtNodeError('ERR_DHT_NODE_STATE_IN_USE', message)
  }
}
