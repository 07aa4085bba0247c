/** log(1 + exp x), without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** The x > −∞ of which the softplus is `y` > 0. */
export const softplusInverse = (y: number): number => Math.log(Math.expm1(y));
