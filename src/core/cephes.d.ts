// The package has types, but its `exports` hide them; these are the functions in use.
declare module "cephes" {
  export const compiled: Promise<void>;
  export function igamc(a: number, x: number): number;
  export function igami(a: number, p: number): number;
  export function incbet(a: number, b: number, x: number): number;
  export function incbi(a: number, b: number, p: number): number;
  export function lgam(x: number): number;
  export function ndtr(z: number): number;
  export function ndtri(p: number): number;
}
