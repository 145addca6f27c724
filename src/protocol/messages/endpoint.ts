/** Models behind a server. */
export const endpointMessages = {
  'endpoint-unreachable': 'The server at {endpoint} gives no answer ({detail}; tried {tries} times). Resume the run once it is back: what was answered is not asked again.',
  'endpoint-busy': 'The server at {endpoint} asks to come back in {minutes} minutes. Resume the run then: what was answered is not asked again.',
  'endpoint-denied': 'The server at {endpoint} does not let this request in ({detail}). If it wants a key, put it into an environment variable and name that in api_key_env.',
  'endpoint-bad-answer': 'The server at {endpoint} gave an answer that cannot be used: {detail}.',
  'endpoint-refused': 'The server refuses this request ({detail}).',
  'endpoint-no-logprobs':
    'The server at {endpoint} gives no log-probabilities of a prompt (it gave: {detail}), so tasks that score cannot be run on it; tasks that generate can. Scoring needs completions with echo and logprobs, or prompt_logprobs.',
  'endpoint-chat-cannot-score': 'The server at {endpoint} gets conversations, and log-probabilities of those are not to be had; tasks that generate can be run. For tasks that score set apply_chat_template: false, or name a tokenizer with a chat template (tokenizer: DIR).',
  'endpoint-no-prefix': 'Nothing stands before the first token, and the server does not tell its BOS or EOS token. Name the folder of its tokenizer: tokenizer: DIR.',
  'endpoint-tokens-differ': 'The tokenizer gives {ours} tokens and the server counts {theirs}: they do not belong together.',
  'endpoint-no-windows': 'The text has {tokens} tokens, and {limit} are scored at a time. Cutting it into windows needs its tokens: name the folder of the server\'s tokenizer (tokenizer: DIR).',
  'endpoint-no-tokenizer': 'The server at {endpoint} does not tell how it tokenises. Name the folder of its tokenizer: tokenizer: DIR.',
  'endpoint-length-unknown': 'The server at {endpoint} does not tell how many tokens it holds; {tokens} are assumed. Say it with max_length.',
  'endpoint-no-greedy': 'The server at {endpoint} does not tell the most likely token (top_logprobs), so no answer counts as the most likely one: the accuracy of tasks of type loglikelihood, and exact_match of choices, are not to be used.',
  'endpoint-own-tokens': 'The server at {endpoint} does not tell how it tokenises: answers are told from prompts by the texts of its tokens, and long texts cannot be cut. Name the folder of its tokenizer (tokenizer: DIR) for the harness\'s exact numbers.',
  'endpoint-unknown-model': 'The server at {endpoint} does not list a model "{model}", but: {names}. What answers may be another one.',
  'endpoint-key-missing': 'The environment variable {name}, which holds the key for {endpoint}, is not set. Set it where Assay is started.',
  'endpoint-bad-key': 'What the environment variable {name} holds cannot be sent as a key: it is empty, or has characters that no key has.',
  'endpoint-changed': 'The server at {endpoint} now serves {now}, and this run began with {before}. Start afresh, without resuming.',
  'key-in-config': 'A key does not belong into a file. Put it into an environment variable and name that: api_key_env: NAME.',
} as const;
