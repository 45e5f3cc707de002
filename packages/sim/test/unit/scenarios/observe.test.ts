// The summaries of surveys.

import { expect, it } from 'vitest'
import type { Host } from '../../../src/host/host.ts'
import type { Survey } from '../../../src/oracle/survey.ts'
import { leastCopies, meanCopies } from '../../../src/scenarios/observe.ts'

const host = {} as Host

function surveyOf(holders: Survey['holders']): Survey {
  const tables = { deadShare: 0, completeShare: 1, nearestShare: 1, members: 0 }
  return { at: 0, holders, tables }
}

it('copies are counted for each value', () => {
  const survey = surveyOf([[host, host, host], [host], []])
  expect([meanCopies(survey), leastCopies(survey)]).toEqual([4 / 3, 0])
})

it('copies of no value are nothing measured', () => {
  const survey = surveyOf([])
  expect([meanCopies(survey), leastCopies(survey)]).toEqual([Number.NaN, Number.NaN])
})
