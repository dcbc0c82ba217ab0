/** Softmax of each row of [rows × classes] scores, computed from the row's maximum so that nothing overflows. */
export function softmaxRows(scores: Float32Array, classes: number): Float32Array {
  const probabilities = new Float32Array(scores.length);
  for (let start = 0; start < scores.length; start += classes) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) largest = Math.max(largest, scores[start + k]!);
    let total = 0;
    for (let k = 0; k < classes; k++) total += Math.exp(scores[start + k]! - largest);
    for (let k = 0; k < classes; k++) probabilities[start + k] = Math.exp(scores[start + k]! - largest) / total;
  }
  return probabilities;
}
