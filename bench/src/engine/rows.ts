/** One line of the comparison: a workload under the name that every engine knows it by. */
export interface Row {
  readonly workload: string;
  readonly title: string;
  /** Steps of training are compared by memory too. */
  readonly step?: true;
  /** Floating-point operations of a run, where it is hardly anything but products and sums. */
  readonly flop?: number;
  /** Our time / PyTorch's that we aim for. */
  readonly goal?: number;
  /** Which of JavaScript's other engines are asked too. */
  readonly rivals?: readonly string[];
}

/** Products and sums of ResNet-18's convolutions and its last layer over one picture of 224 px. */
const RESNET18_FLOP = 2 * 1.814e9;

export const rows: readonly Row[] = [
  { workload: 'resnet18-64', title: 'ResNet-18 + Adam step, 64 px × 32', step: true, goal: 0.9, rivals: ['tfjs-wasm'] },
  { workload: 'resnet18-128', title: 'ResNet-18 + Adam step, 128 px × 16', step: true, goal: 1 },
  { workload: 'resnet18-224', title: 'ResNet-18 + Adam step, 224 px × 8', step: true, goal: 0.95 },
  { workload: 'mobilenetv2-128', title: 'MobileNetV2 + Adam step, 128 px × 16', step: true, goal: 1.2 },
  { workload: 'efficientnet-128', title: 'EfficientNet-B0 + Adam step, 128 px × 16', step: true, goal: 1.2 },
  { workload: 'unet-256', title: 'U-Net on ResNet-18 + Adam step, 256 px × 4', step: true, goal: 1 },
  { workload: 'lstm', title: 'LSTM text step, 64 words × 32, width 128', step: true, goal: 0.5, rivals: ['tfjs-wasm'] },
  { workload: 'bag', title: 'embedding-bag text step, 100k × 64 table; PyTorch: Adam', step: true, goal: 0.5 },
  { workload: 'bag-sparse', title: 'the same; PyTorch: sparse gradients, SparseAdam', step: true },
  {
    workload: 'infer-1',
    title: 'ResNet-18 inference, 224 px × 1',
    flop: RESNET18_FLOP,
    goal: 0.55,
    rivals: ['tfjs-wasm'],
  },
  {
    workload: 'infer-16',
    title: 'ResNet-18 inference, 224 px × 16',
    flop: 16 * RESNET18_FLOP,
    goal: 0.55,
    rivals: ['tfjs-wasm'],
  },
  { workload: 'infer-1-int8', title: 'ResNet-18 inference in eight bits, × 1; PyTorch: float32', goal: 0.25 },
  { workload: 'infer-16-int8', title: 'ResNet-18 inference in eight bits, × 16; PyTorch: float32', goal: 0.25 },
  {
    workload: 'matmul',
    title: 'matrix product, 1024 × 1024 × 1024',
    flop: 2 * 1024 ** 3,
    rivals: ['tfjs-wasm', 'jax-js'],
  },
  {
    workload: 'conv',
    title: '3 × 3 convolution, 8 × 64 × 56 × 56 to 64 channels',
    flop: 2 * 9 * 64 * 64 * 8 * 56 * 56,
    rivals: ['tfjs-wasm', 'jax-js'],
  },
  {
    workload: 'perceptron',
    title: 'perceptron 784-1024-1024-10 + Adam step, × 128',
    step: true,
    rivals: ['tfjs-wasm', 'jax-js'],
  },
];
