import type { LanguageModel } from '../model/language-model';
import type { ModelSource } from './model-source';
import type { ModelOpener, ModelOptions } from './models';

/** Models by run, opened once, at the latest when their run begins. */
export class ModelQueue {
  private readonly models = new Map<number, Promise<LanguageModel>>();

  constructor(
    private readonly sources: readonly ModelSource[],
    private readonly options: ModelOptions,
    private readonly openModel: ModelOpener,
  ) {}

  /** Begins to load; a failure shows when the run asks for the model. */
  prepare(index: number): void {
    this.open(index).catch(() => undefined);
  }

  open(index: number): Promise<LanguageModel> {
    const known = this.models.get(index);
    if (known !== undefined) return known;
    const source = this.sources[index];
    if (source === undefined) return Promise.reject(new RangeError(`run ${index}`));
    const model = this.openModel(source, this.options);
    this.models.set(index, model);
    return model;
  }

  async close(index: number): Promise<void> {
    const model = this.models.get(index);
    this.models.delete(index);
    await model?.then((opened) => opened.close()).catch(() => undefined);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.models.keys()].map((index) => this.close(index)));
  }
}
