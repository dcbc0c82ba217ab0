import { GradError } from '../errors.js';

/** How a parameter is trained, where it differs from the others. */
export interface ParameterSettings {
  /** Multiplies the learning rate. Default 1. */
  readonly lrScale?: number;
  /** Replaces the optimizer's weight decay, also for 1-d parameters. */
  readonly weightDecay?: number;
  /** Leave it as it is: no gradient is computed, and layers of which nothing is trained do as in inference. */
  readonly frozen?: boolean;
}

/** Settings for the parameters with certain names. */
export interface ParameterGroup extends ParameterSettings {
  /** A whole name or its beginning up to a dot: `layer1` stands for `layer1.0.conv1.weight`, not for `layer10.weight`. */
  readonly match: string | RegExp;
}

/** What the groups say of a name; where several match, the later ones win, setting by setting. */
export function settingsOf(name: string, groups: readonly ParameterGroup[]): ParameterSettings {
  let settings: ParameterSettings = {};
  for (const { match, ...own } of groups) if (matches(name, match)) settings = { ...settings, ...own };
  return settings;
}

/** Throws `parameter` when a group matches none of the names, which is a slip more often than not, or has a wrong number. */
export function requireGroups(groups: readonly ParameterGroup[], names: readonly string[]): void {
  for (const { match, lrScale = 1, weightDecay = 0 } of groups) {
    if (!names.some((name) => matches(name, match))) {
      throw new GradError('parameter', `No parameter matches the group '${match}'; they begin with ${roots(names)}.`);
    }
    if (!(lrScale >= 0 && weightDecay >= 0 && Number.isFinite(lrScale + weightDecay))) {
      const given = `lrScale ${lrScale} and weightDecay ${weightDecay}`;
      throw new GradError('parameter', `The group '${match}' has ${given}; both must be finite and not negative.`);
    }
  }
}

/**
 * Discriminative learning rates (Howard & Ruder 2018): the last of `layers` learns at the full rate, each one before it
 * at `decay` times the rate of the next. A layer is one or several name prefixes.
 */
export function layerWiseDecay(layers: readonly (string | readonly string[])[], decay: number): ParameterGroup[] {
  return layers.flatMap((prefixes, i) =>
    [prefixes].flat().map((match) => ({ match, lrScale: decay ** (layers.length - 1 - i) })),
  );
}

/** Whether a name is `match` or begins with it up to a dot, or a pattern is found in it. */
export function matches(name: string, match: string | RegExp): boolean {
  return match instanceof RegExp ? name.search(match) >= 0 : name === match || name.startsWith(`${match}.`);
}

function roots(names: readonly string[]): string {
  return [...new Set(names.map((name) => name.split('.', 1)[0]))].join(', ');
}
