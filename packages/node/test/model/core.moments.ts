// How time passes for a core: to the exact instant of each kind of deadline, 1 ms before and after
// it, in jumps, while the machine sleeps, and backwards.

import type { World } from './core.world.ts'

export type Moment = 'next wake' | 'stall' | 'expiry' | 'quiet' | 'peer' | 'token' | 'due'

/** Just before, at or just after a deadline; with or without a call of `handleTimeout`. */
export function boundary(what: Moment, off: number, isWoken: boolean, world: World): void {
  const at = momentOf(what, world)
  if (at === undefined || at + off < world.now) return
  world.now = at + off
  world.look()
  if (isWoken) world.play({ kind: 'wake' })
  world.count(`deadline: ${what}`)
  world.count(`${off} ms off a deadline`)
}

function momentOf(what: Moment, { model, last, now }: World): number | undefined {
  const questions = last.overlays.flatMap((overlay) => overlay.openQueries)
  const members = last.overlays.flatMap(({ buckets }) => buckets.flatMap((b) => b.members))
  const { config } = model
  const moments: Readonly<Record<Moment, readonly (number | undefined)[]>> = {
    'next wake': [last.nextTimeout?.at],
    stall: questions.map(({ stallAt }) => stallAt),
    expiry: questions.map(({ expireAt }) => expireAt),
    quiet: members.map(({ lastSeenAt }) => lastSeenAt + config.quietMs),
    peer: last.store.peers.map(({ stampedAt }) => stampedAt + config.peerLifetimeMs),
    token: [(Math.floor(now / config.tokenRotateMs) + 1) * config.tokenRotateMs],
    due: last.announcements.map(({ dueAt }) => dueAt),
  }
  const ahead = moments[what].filter((at) => at !== undefined && at >= now) as number[]
  return ahead.length === 0 ? undefined : Math.min(...ahead)
}

/** Time passes; `handleTimeout` is called at every deadline, only at the end, or never. */
export function advance(ms: number, mode: 'punctual' | 'late' | 'asleep', world: World): void {
  const until = world.now + ms
  for (let wakes = 0; mode === 'punctual' && wakes < 12; wakes++) {
    const next = world.last.nextTimeout
    if (next === undefined || next.at > until) break
    world.now = Math.max(world.now, next.at)
    world.play({ kind: 'wake' })
  }
  world.now = Math.max(until, world.now)
  world.look()
  if (mode === 'late') world.play({ kind: 'wake' })
  world.count(`advance: ${mode}`)
}

/** The clock is set back. */
export function setBack(ms: number, world: World): void {
  world.now = Math.max(0, world.now - ms)
  world.look()
  world.play({ kind: 'wake' })
  world.count('clock set back')
}
