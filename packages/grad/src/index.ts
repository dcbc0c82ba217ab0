export {
  type Architecture,
  type ArchitectureName,
  type ArchitectureOptions,
  architectures,
  type InputRecipe,
} from './backbones/architectures.js';
export type { Backbone, Encoder, FeaturePyramid } from './backbones/backbone.js';
export {
  type EfficientNetEncoderOptions,
  type EfficientNetOptions,
  efficientnet,
  efficientnetEncoder,
} from './backbones/efficientnet.js';
export {
  type MobileNetV2EncoderOptions,
  type MobileNetV2Options,
  mobilenetV2,
  mobilenetV2Encoder,
} from './backbones/mobilenet-v2.js';
export { type ResNetEncoderOptions, type ResNetOptions, resnet, resnetEncoder } from './backbones/resnet.js';
export { type UNetOptions, unet } from './backbones/unet.js';
export { writeFileAtomically } from './checkpoint/atomic-file.js';
export type { CheckpointPart, Json } from './checkpoint/checkpoint.js';
export { Checkpoints, type CheckpointsOptions, type EpochCheckpoint } from './checkpoint/checkpoints.js';
export { readSafetensors } from './checkpoint/read-safetensors.js';
export { decodeSafetensors, encodeSafetensors, type Safetensors, type StoredArray } from './checkpoint/safetensors.js';
export { GradError, type GradErrorCode } from './errors.js';
export { BATCH, type ExportOptions, type ExportSource, exportModel, exportOnnx } from './export/export-onnx.js';
export { foldBatchNorm } from './export/fold-batch-norm.js';
export { grad } from './gradient.js';
export type { DType, TensorData } from './graph/dtype.js';
export { encodeModel } from './graph/encode.js';
export {
  type Backward,
  Graph,
  type GraphOptions,
  type NodeOptions,
  type OutputSpec,
  type TapeEntry,
} from './graph/graph.js';
export {
  type Attribute,
  type GraphNode,
  type Initializer as ModelInitializer,
  type Model,
  toModel,
  type ValueInfo,
} from './graph/model.js';
export type { Shape } from './graph/shape.js';
export type { Tensor } from './graph/tensor.js';
export { BagTable, type BagTableOptions } from './host/bag-table.js';
export type { Bags } from './host/bags.js';
export type { RowMemory } from './host/row-kernels.js';
export type { RowOptimizerChoice } from './host/row-optimizer.js';
export { importWeights } from './importing/import-weights.js';
export type { ImportOptions } from './importing/match-weights.js';
export { editDistance } from './importing/nearest-name.js';
export { augmentPicture } from './loading/augment-picture.js';
export { type Augmentation, type ColourJitter, type Interval, simclrAugmentation } from './loading/augmentation.js';
export { type BatchesOptions, DataLoader, type DataLoaderOptions } from './loading/data-loader.js';
export type { Example, ExampleSource, Field, OpenSource } from './loading/example-source.js';
export type { Batch, FailedExample } from './loading/make-batch.js';
export { epochOrder } from './loading/order.js';
export type { Picture, PictureForm } from './loading/picture.js';
export { type PictureSourceOptions, pictureSource } from './loading/picture-source.js';
export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from './losses/binary-cross-entropy.js';
export { bprLoss } from './losses/bpr.js';
export { type CrossEntropyOptions, softmaxCrossEntropy } from './losses/cross-entropy.js';
export { type DiceOptions, diceLoss } from './losses/dice.js';
export { type FocalOptions, focalLoss } from './losses/focal.js';
export { type HuberOptions, huberLoss } from './losses/huber.js';
export { type InBatchSoftmaxOptions, inBatchSoftmaxLoss } from './losses/in-batch-softmax.js';
export type { LabelOptions } from './losses/label-targets.js';
export { meanSquaredError } from './losses/mean-squared-error.js';
export { type NtXentOptions, ntXentLoss } from './losses/nt-xent.js';
export { type TripletOptions, tripletLoss } from './losses/triplet.js';
export type { ConvOptions, ConvTransposeOptions, Size2d } from './lower/conv-geometry.js';
export type { Interpolation } from './lower/interpolate.js';
export type { PoolOptions } from './lower/pool-geometry.js';
export { type AttentionPoolOptions, type AttentionPoolResult, attentionPool } from './nn/attention-pool.js';
export { type BatchNormLayerOptions, batchNorm } from './nn/batch-norm.js';
export { type ConvTransposeLayerOptions, convTranspose2d } from './nn/conv-transpose2d.js';
export { type ConvLayerOptions, conv2d } from './nn/conv2d.js';
export { dropPath } from './nn/drop-path.js';
export { type DropoutOptions, dropout } from './nn/dropout.js';
export { embedding, embeddingBag, type TableOptions } from './nn/embedding.js';
export { groupNorm } from './nn/group-norm.js';
export { gru } from './nn/gru.js';
export type { Initializer } from './nn/init.js';
export * as init from './nn/init.js';
export { layerNorm } from './nn/layer-norm.js';
export { type LinearOptions, linear } from './nn/linear.js';
export { lstm } from './nn/lstm.js';
export { layerWiseDecay, type ParameterGroup, type ParameterSettings } from './nn/parameter-groups.js';
export type { RecurrentOptions, RecurrentResult } from './nn/recurrent.js';
export { type NoiseFill, type NoiseInput, Scope, type ScopeOptions } from './nn/scope.js';
export { type SqueezeExciteOptions, squeezeExcite } from './nn/squeeze-excite.js';
export { ModelState, type NamedArray, type StateKind } from './nn/state.js';
export { abs } from './ops/abs.js';
export { add } from './ops/add.js';
export { averagePool, globalAveragePool } from './ops/average-pool.js';
export type { Operand } from './ops/broadcast.js';
export { cast } from './ops/cast.js';
export { clamp } from './ops/clamp.js';
export { concat } from './ops/concat.js';
export { div } from './ops/div.js';
export type { EmbeddingBagOptions } from './ops/embedding-bag.js';
export { exp } from './ops/exp.js';
export { gather } from './ops/gather.js';
export { gelu } from './ops/gelu.js';
export type { GroupNormOptions } from './ops/group-norm.js';
export { hardSigmoid } from './ops/hard-sigmoid.js';
export { hardSwish } from './ops/hard-swish.js';
export { log } from './ops/log.js';
export { logSoftmax } from './ops/log-softmax.js';
export { logSumExp } from './ops/log-sum-exp.js';
export { maskedSoftmax } from './ops/masked-softmax.js';
export { matmul } from './ops/matmul.js';
export { max } from './ops/max.js';
export { globalMaxPool, maxPool } from './ops/max-pool.js';
export { mean } from './ops/mean.js';
export { mul } from './ops/mul.js';
export { neg } from './ops/neg.js';
export { normalize } from './ops/normalize.js';
export { type OneHotOptions, oneHot } from './ops/one-hot.js';
export { pad } from './ops/pad.js';
export { pow } from './ops/pow.js';
export { relu } from './ops/relu.js';
export { relu6 } from './ops/relu6.js';
export { flatten, reshape } from './ops/reshape.js';
export { sigmoid } from './ops/sigmoid.js';
export { silu } from './ops/silu.js';
export { type Ranges, slice } from './ops/slice.js';
export { softmax } from './ops/softmax.js';
export { softplus } from './ops/softplus.js';
export { split } from './ops/split.js';
export { sqrt } from './ops/sqrt.js';
export { square } from './ops/square.js';
export { stopGradient } from './ops/stop-gradient.js';
export { sub } from './ops/sub.js';
export { type ReduceOptions, sum } from './ops/sum.js';
export { tanh } from './ops/tanh.js';
export { transpose } from './ops/transpose.js';
export { type UpsampleOptions, upsample } from './ops/upsample.js';
export { type VarianceOptions, variance } from './ops/variance.js';
export { type AdagradOptions, adagrad } from './optim/adagrad.js';
export { type AdamOptions, type AdamWOptions, adam, adamW } from './optim/adam.js';
export { type LarsOptions, lars } from './optim/lars.js';
export type { HostUpdateInputs, Optimizer, UpdateInputs, UpdateOutputs } from './optim/optimizer.js';
export {
  constant,
  cosine,
  type OneCycleOptions,
  oneCycle,
  type Schedule,
  stepDecay,
  warmUp,
} from './optim/schedule.js';
export { type SgdOptions, sgd } from './optim/sgd.js';
export { openPredictor, type Predictor, type PredictorOptions } from './predictor/predictor.js';
export type { WeightBits } from './quantize/affine.js';
export type { Sample } from './quantize/calibrate.js';
export { type CompareOptions, type Comparison, compareModels } from './quantize/compare-models.js';
export { type QuantizeOptions, quantize } from './quantize/quantize.js';
export { createRandom, type Random } from './random.js';
export type { Feed, Value } from './runtime/feeds.js';
export { floatsOf, type OnnxModel, openModel } from './runtime/onnx-model.js';
export { openModelInWorker } from './runtime/open-model-in-worker.js';
export { chooseProvider, type ProviderChoice, type SelfTest, selfTest } from './runtime/provider-self-test.js';
export { type RemoteProgram, runInWorker } from './runtime/run-in-worker.js';
export { serveProgram } from './runtime/serve-program.js';
export type { ExecutionProvider, SessionOptions } from './runtime/session-options.js';
export type { Handlers } from './runtime/worker-protocol.js';
export type { Build, BuildContext, BuildResult, InputOptions } from './training/build.js';
export type { Evaluation } from './training/evaluator.js';
export { type FitEvent, type FitOptions, type FitResult, fit, type Learner } from './training/fit.js';
export type { Pace } from './training/meter.js';
export { createTrainer, type Feeds, type StepResult, Trainer, type TrainerOptions } from './training/trainer.js';
