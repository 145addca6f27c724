/** Entry of dist/cli.js: the `assay` command (contract.md, command line). */
import { Command, CommanderError, Option } from 'commander';
import { version } from '../../package.json';
import { AssayError } from '../protocol/errors';
import { askCommand, type AskCommandOptions } from './ask';
import { checkCommand } from './check';
import { checkpointsCommand } from './checkpoints';
import { compareCommand } from './compare';
import { watchInterrupts } from './interrupt';
import { oneLine, output } from './output';
import { generationValues, list, positiveInteger, positiveNumber, trueOrFalse } from './option-values';
import { previewCommand } from './preview';
import { runCommand } from './run';
import { scoreCommand } from './score';
import { tasksCommand } from './tasks';

const ASK_HELP = `
Requests, one a line:
  {"type": "loglikelihood", "context": "…", "continuation": "…"}
  {"type": "loglikelihood_rolling", "text": "…"}
  {"type": "generate_until", "context": "…", "generation_kwargs": {"until": ["\\n"], "max_gen_toks": 64}}
  {"type": "features", "text": "…", "layers": [0, -1], "pool": "mean"}
A line that cannot be answered gets {"error": {"code": "…", "message": "…"}}, and the exit code is 3.`;

const program = new Command('assay')
  .description('Evaluates language-model checkpoints where they lie: perplexity and downstream tasks, with the uncertainty of every number.')
  .version(version)
  .exitOverride()
  .configureOutput({ writeErr: (text) => output.usage(text.trim()), writeOut: (text) => output.text(text) });

program
  .command('run')
  .description('evaluate checkpoints on tasks')
  .argument('[config...]', 'eval configs, task files or group files')
  .option('--checkpoint <dir>', 'a checkpoint folder, or the address of a server (repeat for more)', list.each, [])
  .option('--model <name>', 'what the server calls the model (one for each address)', list.each, [])
  .option('--tasks <names>', 'tasks, groups, tags, patterns or task files, separated by commas', list.commas)
  .option('--include-path <dir>', 'a folder with task files (repeat for more)', list.each, [])
  .option('--num-fewshot <n>', 'examples in the prompt, for tasks whose file does not fix them at 0', positiveInteger)
  .option('--limit <n>', 'first documents of each task; below 1 a share', positiveNumber)
  .option('--bootstrap-iters <n>', 'resamples of a bootstrapped standard error; 0: none', positiveInteger)
  .option('--apply-chat-template [name]', 'prompts as conversations, by the checkpoint\'s chat template (of several: by its name)')
  .option('--fewshot-as-multiturn [bool]', 'examples as turns of their own under a chat template (default) or, with false, in one message', trueOrFalse)
  .option('--system-instruction <text>', 'what stands before every prompt')
  .option('--gen-kwargs <values>', 'laid over generation_kwargs: temperature=0.7,do_sample=true or JSON', generationValues)
  .option('--seed <n>', 'of few-shot draws', positiveInteger)
  .addOption(new Option('--precision <precision>', 'how numbers are computed').choices(['fp32', 'int8']))
  .option('--threads <n>', 'threads of the model process', positiveInteger)
  .option('--output <dir>', 'where runs are written')
  .option('--download', 'fetch data sets that are not on this machine from the hub')
  .option('--json', 'one JSON document on stdout')
  .option('--events <file>', 'append every event to a file, one JSON line each')
  .option('--resume', 'go on with the newest unfinished run of the same checkpoint, tasks and options')
  .option('--snapshot', 'copy weights that were saved within the last hour, and evaluate the copy')
  .option('--quiet', 'no progress')
  .option('--verbose', 'stack traces of unexpected errors')
  .action(finish(runCommand));

program
  .command('check')
  .description('problems of eval configs and task files')
  .argument('<config...>')
  .option('--include-path <dir>', 'a folder with task files (repeat for more)', list.each, [])
  .option('--json', 'one JSON document on stdout')
  .option('--verbose', 'stack traces of unexpected errors')
  .action(finish(checkCommand));

program
  .command('preview')
  .description('the exact requests of one document')
  .argument('<config>')
  .requiredOption('--task <name>')
  .requiredOption('--doc <n>', 'document, counted from 0', positiveInteger)
  .option('--download', 'fetch a data set that is not on this machine from the hub')
  .option('--include-path <dir>', 'a folder with task files (repeat for more)', list.each, [])
  .option('--json', 'one JSON document on stdout')
  .option('--verbose', 'stack traces of unexpected errors')
  .action(finish(previewCommand));

program
  .command('score')
  .description('log-probability of every token of a text')
  .argument('[file...]', 'text files')
  .option('--text <string>', 'a text (repeat for more)', list.each, [])
  .requiredOption('--checkpoint <dir>')
  .option('--threads <n>', 'threads of the model process', positiveInteger)
  .option('--json', 'one JSON document on stdout')
  .option('--verbose', 'stack traces of unexpected errors')
  .action(finish(scoreCommand));

program
  .command('ask')
  .description('answers requests: a JSON line for a JSON line, in their order')
  .argument('<file>', 'a file of requests, or - for stdin, which is answered as it is written')
  .requiredOption('--checkpoint <dir|url>', 'a checkpoint folder, or the address of a server of completions')
  .option('--model <name>', 'what the server calls the model')
  .addOption(new Option('--precision <precision>', 'how numbers are computed').choices(['fp32', 'int8']))
  .option('--threads <n>', 'threads of the model process', positiveInteger)
  .option('--verbose', 'stack traces of unexpected errors')
  .addHelpText('after', ASK_HELP)
  .action(finish((file: string, options: AskCommandOptions) => askCommand(file, options)));

program
  .command('checkpoints')
  .description('checkpoints below a folder')
  .argument('[dir]', 'folder', '.')
  .option('--json', 'one JSON document on stdout')
  .option('--verbose', 'stack traces of unexpected errors')
  .action(finish(checkpointsCommand));

program
  .command('compare')
  .description('paired comparison of two finished runs')
  .argument('<runA>', 'a run folder, or a run id below --output')
  .argument('<runB>')
  .option('--output <dir>', 'where runs are', '.assay/runs')
  .option('--json', 'one JSON document on stdout')
  .option('--verbose', 'stack traces of unexpected errors')
  .action(finish(compareCommand));

program
  .command('tasks')
  .description('tasks, groups and tags there are: built in and found')
  .argument('[name...]', 'which of them, patterns too; default: all')
  .option('--include-path <dir>', 'a folder with task files (repeat for more)', list.each, [])
  .option('--json', 'one JSON document on stdout')
  .option('--verbose', 'stack traces of unexpected errors')
  .action(finish(tasksCommand));

/** What was asked for does not exist or does not say what to do: bad usage or config, as `run` has it. */
const BAD_REQUEST: ReadonlySet<string> = new Set(['nothing-to-run', 'unknown-task', 'unknown-checkpoint', 'no-document', 'yaml-syntax', 'unknown-key', 'wrong-type', 'wrong-value']);

/** Runs a command, leaves its exit code, and says unexpected errors in one line. */
function finish<A extends unknown[]>(command: (...args: A) => Promise<number>): (...args: A) => Promise<void> {
  return async (...args) => {
    process.exitCode = await command(...args);
  };
}

async function main(argv: readonly string[]): Promise<void> {
  output.verbose = argv.includes('--verbose');
  output.watchStreams();
  process.on('exit', () => {
    if (output.isBroken) process.exitCode = 3;
  });
  watchInterrupts(() => {
    if (!output.hasPrinted) fail(argv, new AssayError('cancelled'));
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      // Help and version end with 0; what was wrong with the usage has been said on stderr.
      process.exitCode = thrown.exitCode === 0 ? 0 : 2;
      if (thrown.exitCode !== 0 && argv.includes('--json')) output.jsonFailure(argv[0] ?? '', 'usage', oneLine(thrown.message.replace(/^error: /, '')));
      return;
    }
    const error = AssayError.from(thrown);
    fail(argv, error);
    process.exitCode = BAD_REQUEST.has(error.code) ? 2 : 3;
  }
}

function fail(argv: readonly string[], error: AssayError): void {
  output.error(error);
  if (argv.includes('--json')) output.jsonFailure(argv[0] ?? '', error.code, error.message, error.place.file);
}

void main(process.argv.slice(2));
