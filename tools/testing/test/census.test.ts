import { expect, it } from 'vitest'
import { Census } from '../src/census.ts'

it('names the cases that arose too seldom, and no others', () => {
  const census = new Census('example', { often: 2, seldom: 2, never: 0 })
  census.count('often')
  census.count('often')
  census.count('seldom')
  expect(census.missing()).toEqual(['seldom: 1 of 2'])
})
