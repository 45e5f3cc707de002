// The table of attacks, and what options choose of it.

import { describe, expect, it } from 'vitest'
import { ANSWER_NAMES } from '../../../src/adversaries/attack-answers.ts'
import { goalOf, SHORT } from '../../../src/scenarios/attack-goals.ts'
import { ATTACK_ROWS, ATTACKS, labelOf } from '../../../src/scenarios/attack-table.ts'
import { chosenRows } from '../../../src/scenarios/chosen-rows.ts'

describe('the table of attacks', () => {
  it('has rows for every attack, each with a name of its own', () => {
    const numbers = new Set(ATTACK_ROWS.map(({ attack }) => attack))
    expect([...numbers].sort((a, b) => a - b)).toEqual(ATTACKS.map(({ number }) => number))
    expect(new Set(ATTACK_ROWS.map(labelOf)).size).toBe(ATTACK_ROWS.length)
  })

  it('has answers that exist', () => {
    const answers = ATTACK_ROWS.flatMap(({ answer }) => answer ?? [])
    expect(answers.filter((answer) => !ANSWER_NAMES.includes(answer))).toEqual([])
  })

  it('names the parameters of a row', () => {
    const around = { attack: 1, network: 'mainline', identities: 200, subnets: 16 } as const
    expect(labelOf({ ...around, ids: 'allowed', silent: 0.5, afterMinutes: 75 })).toBe(
      'E1 mainline: 200 identities in 16 subnets, with allowed ids, 50 % of them silent, ' +
        '75 min after publication',
    )
    const random = { attack: 7, network: 'dht256', share: 0.2, answer: 'chameleon' } as const
    expect(labelOf({ ...random, isOneHost: true })).toBe(
      'E7 dht256: 20 % chameleon, as ports of one host',
    )
  })
})

describe('the goals of attacks', () => {
  const goalsOf = (isStrict: boolean) => ATTACK_ROWS.map((row) => goalOf(row, isStrict))

  it('are required where they were reached, and all of them if that is asked for', () => {
    const isRequired = goalsOf(false).map((goal) => goal.isRequired)
    expect(isRequired).toContain(false)
    expect(isRequired.filter(Boolean).length).toBeGreaterThan(40)
    expect(goalsOf(true).every((goal) => goal.isRequired)).toBe(true)
  })

  it('are known of every row that is named as short', () => {
    const labels = ATTACK_ROWS.map(labelOf)
    expect([...SHORT].filter((label) => !labels.includes(label))).toEqual([])
    const withGoal = goalsOf(false).filter(({ found, mostSlowdown }) => found ?? mostSlowdown)
    expect(withGoal.length).toBeGreaterThan(80)
  })

  it('are shown for other parameters, and not required of them', () => {
    const [row] = chosenRows({ attack: 1, identities: 30 })
    expect(goalOf(row!, false)).toEqual({ found: 0.99, mostAsked: 256, isRequired: false })
  })
})

describe('the choice of rows', () => {
  it('is all of them but those that are run only if they are wanted', () => {
    expect(chosenRows({})).toEqual(ATTACK_ROWS.filter(({ runs }) => runs === undefined))
    expect(chosenRows({ long: 1 })).toEqual(ATTACK_ROWS.filter(({ runs }) => runs !== 'asked'))
    const kinds = chosenRows({ attack: 3 })
    expect(kinds).toEqual(ATTACK_ROWS.filter(({ attack }) => attack === 3))
  })

  it('is one attack in one network', () => {
    const rows = chosenRows({ attack: 2, network: 2 })
    expect(rows.length).toBeGreaterThan(3)
    expect(rows.every(({ attack, network }) => attack === 2 && network === 'mainline')).toBe(true)
  })

  it('is the first row of an attack with other parameters', () => {
    const given = { attack: 1, identities: 30, subnets: 3, ids: 3, silent: 50, wait: 10 }
    const replaced = { identities: 30, subnets: 3, ids: 'allowed', silent: 0.5, afterMinutes: 10 }
    expect(chosenRows(given)).toEqual([
      { attack: 1, network: 'dht256', ...replaced },
      { attack: 1, network: 'mainline', ...replaced },
      { attack: 1, network: 'dht256 secure', ...replaced },
    ])
  })

  it.each([{ attack: 4 }, { network: 4 }, { attack: 1, ids: 4 }, { identities: 5 }])(
    'refuses %j',
    (extras) => {
      expect(() => chosenRows(extras)).toThrow(
        expect.objectContaining({ code: 'ERR_DHT_SIM_ARGUMENT' }),
      )
    },
  )
})
