/** PyTorch's default for what is added to a variance before its root is taken. */
export const EPSILON = 1e-5;
