// @ts-check
// Medians and percentiles. No means: on a busy machine the tail is other people's work.

/** @typedef {{ n: number, p10: number, median: number, p90: number, p99: number | null }} Spread */

/** Below this many samples the 99th percentile is only the name of one of the slowest. */
const ENOUGH_FOR_P99 = 200;

/**
 * @param {number[]} sorted
 * @param {number} fraction
 */
function percentile(sorted, fraction) {
  const place = (sorted.length - 1) * fraction;
  const low = Math.floor(place);
  const below = sorted[low] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - low);
}

/**
 * @param {number[]} samples
 * @returns {Spread}
 */
export function spread(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    n: sorted.length,
    p10: percentile(sorted, 0.1),
    median: percentile(sorted, 0.5),
    p90: percentile(sorted, 0.9),
    p99: sorted.length >= ENOUGH_FOR_P99 ? percentile(sorted, 0.99) : null,
  };
}

/**
 * One series against another, pair by pair: both of a pair were measured in the same round, under the same load.
 * @param {number[]} series
 * @param {number[]} reference
 * @param {(a: number, b: number) => number} combine
 */
export function pairwise(series, reference, combine) {
  return series.map((value, round) => combine(value, reference[round] ?? Number.NaN));
}

/**
 * @param {number[]} series
 * @param {number[]} reference
 */
export function ratios(series, reference) {
  return pairwise(series, reference, (a, b) => a / b);
}

/**
 * The fastest tenth of one series against that of another. Other people's work only ever adds, and when both wait for a
 * core their ratio goes to 1, whatever they do with it: this is the ratio on a machine that is not busy.
 * @param {number[]} series
 * @param {number[]} reference
 */
export function undisturbed(series, reference) {
  return spread(series).p10 / spread(reference).p10;
}
