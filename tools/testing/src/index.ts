// What the tests of several packages share: ids, random numbers and time for properties and models.

export {
  anyId,
  anyWidth,
  closer,
  clusteredIds,
  distinctIds,
  idAround,
  idNearPowerOfTwo,
  idSharing,
  mixedId,
  type Size,
} from './ids.ts'
export { anyRandom, seededRandom } from './seeded-random.ts'
export { timeAdvance } from './time.ts'
