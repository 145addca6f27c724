/** Stands in for `sharp` in the bundles: only the text half of `@huggingface/transformers` is used. */
export default {};
