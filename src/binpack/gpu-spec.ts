/** Whether a GPU model satisfies a spec: `A|B` names the models that will do, `""` lets any. */
export function allowsModel(spec: string, model: string): boolean {
  return spec === "" || spec.split("|").includes(model);
}
